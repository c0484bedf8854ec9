import { nowInSeconds } from "./bytes.js";
import { ask, errorOf } from "./core.js";
import type { ConsentRequest, Recipient } from "./claims.js";
import type { Code } from "./generated/codes.js";
import type { Answer, JwkSet, Reason } from "./types.js";

/** What has to be at hand to judge who asks. */
export interface RequestCheck {
  /** The signed request, as it was pushed. */
  readonly request: string;
  /** The entity id of the holder that it has to be for. */
  readonly holder: string;
  /** The trust list under its anchor, with the marks of its members. */
  readonly trust: { readonly jwks: JwkSet; readonly trust_list: string; readonly marks: readonly string[] };
  /** Status lists, by which a mark may have been withdrawn. */
  readonly status: readonly string[];
  /** When it was pushed, in seconds since 1970; `now` if absent. Its own times are judged then. */
  readonly pushed_at?: number;
  /** Seconds since 1970; the clock of the machine if absent. */
  readonly now?: number;
}

/** A request that may be shown to the person. */
export interface CheckedRequest {
  readonly claims: ConsentRequest;
  /** Who asks, as the trust list names them; never as the request does. */
  readonly recipient: Pick<Recipient, "id" | "name" | "address" | "representative">;
  readonly role: Recipient["role"];
  /** Whether records leave Japan when they reach the recipient. */
  readonly overseas: boolean;
  /** The mark by which the recipient is certified for its role. */
  readonly mark: {
    readonly issuer: string;
    readonly name: string;
    readonly "name#en": string;
    /** Seconds since 1970. */
    readonly exp: number;
    readonly criteria: string;
    readonly product: string;
    readonly report_s256: string;
    readonly ref?: string;
  };
}

function check(input: RequestCheck): Answer {
  return ask({ op: "request", ...input, now: input.now ?? nowInSeconds() });
}

/**
 * Judges who asks, before anything is shown to the person: the request's signature, its sender in the
 * trust list, where the answer goes, and a good mark for the sender's role.
 *
 * @example
 * const { recipient, mark } = verifyConsentRequest({ request, holder, trust, status, pushed_at, now });
 * @throws ConsentError the code of the first fault: `signature.*`, `request.*`, `trust.*`, `mark.*`
 * @see the specification, sections 4.2 and 9.1
 */
export function verifyConsentRequest(input: RequestCheck): CheckedRequest {
  const answer = check(input);
  if (answer.decision === "accept") return answer.value as CheckedRequest;
  throw errorOf(answer);
}

/**
 * As {@link verifyConsentRequest}, with the refusal as a value.
 *
 * @example
 * tryVerifyConsentRequest({ request: "a.b.c", holder, trust, status }).ok; // false
 */
export function tryVerifyConsentRequest(
  input: RequestCheck,
):
  | { readonly ok: true; readonly request: CheckedRequest }
  | { readonly ok: false; readonly code: Code; readonly reasons: readonly Reason[] } {
  const answer = check(input);
  if (answer.decision === "accept") return { ok: true, request: answer.value as CheckedRequest };
  return { ok: false, code: answer.code ?? "internal", reasons: answer.reasons };
}
