import { ask, errorOf, value } from "./core.js";
import { base64url, nowInSeconds } from "./bytes.js";
import type { CategoryCode, Code } from "./generated/codes.js";
import type { ClaimsByKind, Kind } from "./claims.js";
import type { Answer, Decision, Jwk, JwkSet, Permit, Purpose, Reason } from "./types.js";

/** What {@link verify} needs beside the token. */
export interface VerifyInput<K extends Kind> {
  /** The kind that belongs here: another one is refused. */
  readonly kind: K;
  /** The keys that may have signed; not needed where the token brings its own. */
  readonly jwks?: JwkSet;
  /** Who we are, for kinds with an `aud`. */
  readonly audience?: string;
  /** Seconds since 1970; the clock of the machine if absent. */
  readonly now?: number;
}

/** The result of {@link tryVerify}. */
export type Verified<K extends Kind> =
  | { readonly ok: true; readonly claims: ClaimsByKind[K] }
  | { readonly ok: false; readonly code: Code; readonly reasons: readonly Reason[] };

function token<K extends Kind>(compact: string, input: VerifyInput<K>): Answer {
  return ask({
    op: "token",
    token: compact,
    typ: input.kind,
    now: input.now ?? nowInSeconds(),
    jwks: input.jwks ?? { keys: [] },
    ...(input.audience === undefined ? {} : { audience: input.audience }),
  });
}

/**
 * Verifies one token by keys that the caller names, and gives its claims.
 *
 * It does not say whether that key may say so, nor whether the token was ended: {@link decide} does.
 *
 * @example
 * const grant = verify(token, { kind: "phr-grant+jwt", jwks, audience, now });
 * grant.aud; // https://holder.example
 * @throws ConsentError with the code of the first thing that fails
 */
export function verify<K extends Kind>(compact: string, input: VerifyInput<K>): ClaimsByKind[K] {
  const answer = token(compact, input);
  if (answer.decision === "accept") return answer.value as ClaimsByKind[K];
  throw errorOf(answer);
}

/**
 * As {@link verify}, with the refusal as a value.
 *
 * @example
 * const result = tryVerify("not a token", { kind: "phr-grant+jwt", jwks });
 * if (!result.ok) result.code; // token.not-jws
 */
export function tryVerify<K extends Kind>(compact: string, input: VerifyInput<K>): Verified<K> {
  const answer = token(compact, input);
  if (answer.decision === "accept") return { ok: true, claims: answer.value as ClaimsByKind[K] };
  return { ok: false, code: answer.code ?? "internal", reasons: answer.reasons };
}

/**
 * Admits a public key and checks one signature with it; `message` and `signature` are bytes, or
 * base64url.
 *
 * @example
 * const message = new TextEncoder().encode("hello");
 * tryVerifySignature({ jwk: signer.jwk, message, signature: await signer.sign(message) }).ok; // true
 */
export function tryVerifySignature(input: {
  readonly jwk: Jwk;
  readonly message: Uint8Array | string;
  readonly signature: Uint8Array | string;
}): { readonly ok: true } | { readonly ok: false; readonly code: Code; readonly reasons: readonly Reason[] } {
  const text = (bytes: Uint8Array | string) => (typeof bytes === "string" ? bytes : base64url(bytes));
  const answer = ask({
    op: "signature",
    jwk: input.jwk,
    message: text(input.message),
    signature: text(input.signature),
  });
  if (answer.decision === "accept") return { ok: true };
  return { ok: false, code: answer.code ?? "internal", reasons: answer.reasons };
}

/** What {@link decide} needs; see the specification, section 11. */
export interface DecideInput {
  readonly now?: number;
  readonly method: string;
  /** The external address by your own configuration, never by `Host`. */
  readonly url: string;
  readonly authorization?: string;
  readonly chain?: string;
  readonly proof?: string;
  readonly category: CategoryCode;
  readonly period?: { readonly from: string | null; readonly to: string | null };
  readonly action?: "list" | "read";
  readonly purpose?: Purpose;
  readonly mode?: string;
  readonly subject?: string;
  readonly nonce?: string;
  readonly audience: string;
  readonly issuers: readonly string[];
  readonly trust: { readonly jwks: JwkSet; readonly trust_list?: string; readonly marks: readonly string[] };
  readonly status: readonly string[];
  readonly seen_proofs?: readonly string[];
  readonly used?: readonly { readonly consent_jti: string; readonly category: string; readonly count: number }[];
  readonly released?: readonly Readonly<Record<string, unknown>>[];
  readonly record?: Readonly<Record<string, unknown>>;
  readonly seq_floor?: number;
  readonly iat_floors?: Readonly<Record<string, number>>;
  readonly policy?: Readonly<Record<string, number>>;
}

/**
 * Decides whether a request may have records. A denial is a value, not an exception.
 *
 * @example
 * const decision = decide(input);
 * if (decision.outcome === "permit") serve(decision.permit.filter);
 */
export function decide(input: DecideInput): Decision {
  const answer = ask({ op: "decide", ...input, now: input.now ?? nowInSeconds() });
  if (answer.decision === "permit") return { outcome: "permit", permit: answer.value as Permit };
  return { outcome: "deny", code: answer.code ?? "internal", reasons: answer.reasons };
}

/** What can be seen of a token without believing it, with every fault that shows. */
export interface Inspection {
  readonly kind: Kind | null;
  readonly bytes: number;
  readonly s256: string;
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly Reason[];
}

/**
 * Shows a token for people: nothing in it is verified.
 *
 * @example
 * inspect(token).kind; // phr-grant+jwt
 */
export function inspect(compact: string, now: number = nowInSeconds()): Inspection {
  return value<Inspection>({ op: "inspect", token: compact, now });
}

/**
 * The answer about one entry of a status list.
 *
 * @example
 * statusOf(statusInput).code; // status.valid
 */
export function statusOf(input: {
  readonly list: string;
  readonly jwks: JwkSet;
  readonly uri: string;
  readonly index: number;
  readonly now?: number;
}): Answer {
  return ask({ op: "status", ...input, now: input.now ?? nowInSeconds() });
}

/**
 * The RFC 7638 thumbprint of a key; a key that the profile refuses is refused.
 *
 * @example
 * thumbprint(signer.jwk).length; // 43
 */
export function thumbprint(jwk: Jwk): string {
  return value<string>({ op: "thumbprint", jwk });
}

/**
 * The hash by which tokens name each other.
 *
 * @example
 * s256(""); // 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU
 */
export function s256(text: string): string {
  return value<string>({ op: "s256", text });
}

/** A category of records. */
export interface CategoryInfo {
  readonly code: CategoryCode;
  readonly ja: string;
  readonly en: string;
  readonly sensitivity: "S1" | "S2" | "S3";
  readonly flags: readonly string[];
  readonly modes: readonly string[];
  readonly gate: "none" | "explicit-only" | "disclosure-tag" | "human-release";
  readonly in_all: boolean;
  readonly look_back_days: number | null;
  readonly status: "live" | "pilot" | "planned" | "ended";
}

/**
 * The catalogue of categories, with its version.
 *
 * @example
 * catalogue().categories.length; // 39
 */
export function catalogue(): { readonly version: string; readonly categories: readonly CategoryInfo[] } {
  return value({ op: "catalogue" });
}
