import { nowInSeconds } from "./bytes.js";
import { value } from "./core.js";
import type { ClaimsByKind, SecurityEvent } from "./claims.js";
import type { JwkSet } from "./types.js";

/** What somebody of the trust list may have signed. */
export interface IssuedKinds {
  readonly "phr-grant+jwt": ClaimsByKind["phr-grant+jwt"];
  readonly "phr-receipt+jwt": ClaimsByKind["phr-receipt+jwt"];
  readonly "secevent+jwt": SecurityEvent;
}

/**
 * Verifies a grant, a receipt or an event by the trust list: the key is of who signed it, they may sign
 * this kind, they are not suspended, and it is timely.
 *
 * @example
 * const { iss } = verifyIssued(receiptToken, { kind: "phr-receipt+jwt", trust, now });
 * @throws ConsentError the code of the first thing that fails
 * @see the specification, section 4.1
 */
export function verifyIssued<K extends keyof IssuedKinds>(
  token: string,
  input: {
    readonly kind: K;
    readonly trust: { readonly jwks: JwkSet; readonly trust_list: string };
    /** Who we are; a receipt has no audience. */
    readonly audience?: string;
    readonly now?: number;
  },
): IssuedKinds[K] {
  const { kind, trust, audience, now } = input;
  return value<IssuedKinds[K]>({
    op: "issued",
    typ: kind,
    token,
    trust: { jwks: trust.jwks, trust_list: trust.trust_list },
    now: now ?? nowInSeconds(),
    ...(audience === undefined ? {} : { audience }),
  });
}
