import { nowInSeconds } from "./bytes.js";
import type { Consent } from "./claims.js";
import { ask } from "./core.js";
import type { Code } from "./generated/codes.js";
import type { JwkSet, Reason } from "./types.js";

/** What a holder has at hand when a signed consent comes back. */
export interface RegistrationInput {
  readonly now?: number;
  readonly request: string;
  readonly key_statement: string;
  readonly consent: string;
  readonly trust: { readonly jwks: JwkSet; readonly trust_list: string };
  readonly txn: {
    readonly id: string;
    readonly holder: string;
    readonly opened_at: number;
    readonly pushed_at?: number;
    /** The hash of the arrangement's live consent, which has to be superseded. */
    readonly live?: string;
    readonly arrangement_id?: string;
  };
  /** The text that was shown: its hash is compared, too. */
  readonly display?: string;
}

/** A registered consent, or the first thing that forbids it. */
export type Registered =
  | { readonly ok: true; readonly consent: Consent }
  | { readonly ok: false; readonly code: Code; readonly reasons: readonly Reason[] };

/**
 * Decides whether a holder may register a consent: that it answers this request, no wider.
 *
 * @example
 * const registered = tryRegisterConsent(registration);
 * registered.ok; // true
 */
export function tryRegisterConsent(input: RegistrationInput): Registered {
  const answer = ask({ op: "consent", ...input, now: input.now ?? nowInSeconds() });
  if (answer.decision === "accept") return { ok: true, consent: answer.value as Consent };
  return { ok: false, code: answer.code ?? "internal", reasons: answer.reasons };
}
