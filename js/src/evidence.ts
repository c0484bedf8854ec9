import { ask, errorOf } from "./core.js";
import type { JwkSet } from "./types.js";

/** Everything by which an auditor sees, years later, that records moved with the person's consent. */
export interface EvidenceBundle {
  readonly request: string;
  readonly key_statement: string;
  readonly consent: string;
  /** The hash of the consent that it replaced, where there was one. */
  readonly replaced?: string;
  readonly registration: string;
  /** The notice: the bytes served, in base64url. */
  readonly notice: string;
  /** The summary that was shown. */
  readonly display: string;
  /** The grant and the delegations, root first. */
  readonly chain: readonly string[];
  readonly trust_list: string;
  readonly status: readonly string[];
  readonly marks: readonly string[];
  readonly receipt: string;
}

/**
 * Checks that archived inputs show a permitted path at an instant.
 *
 * It says that they are consistent, no more: whoever held every key could have made them later.
 *
 * @param at.t the instant, seconds since 1970
 * @param at.jwks the anchor's keys, from the auditor and not from the bundle
 * @example
 * try {
 *   audit(bundle, { t, jwks: anchor });
 * } catch (error) {
 *   if (!isConsentError(error)) throw error; // the code says which input is at fault
 * }
 * @throws ConsentError the code of the first fault; `evidence.incomplete`, `evidence.inconsistent`
 * @see the specification, section 8.6
 */
export function audit(bundle: EvidenceBundle, at: { readonly t: number; readonly jwks: JwkSet }): void {
  const answer = ask({ op: "audit", bundle, ...at });
  if (answer.decision !== "accept") throw errorOf(answer);
}
