import { nowInSeconds } from "./bytes.js";
import type { Consent } from "./claims.js";
import { value } from "./core.js";
import type { ConsentView, ViewFormat } from "./types.js";
import { s256 } from "./verify.js";

/** How to show a consent. */
export interface ViewInput<F extends ViewFormat> {
  /** FHIR R4 Consent, SMART scopes, or an ISO/IEC TS 27560 consent record. */
  readonly as: F;
  /** Seconds since 1970; the clock of the machine if absent. */
  readonly now?: number;
  /** What the holder's records say about its end. */
  readonly ended?: { readonly how: "superseded" | "withdrawn"; readonly at: number };
  /** The signed consent as a token, so that the view can point to it by hash; it is not in the view. */
  readonly token?: string;
}

/**
 * Shows a consent in another format, with a report of what that format cannot say.
 *
 * A view is for reading; the signed consent alone says what is permitted. Verify it first: the claims
 * are taken as they are.
 *
 * @example
 * const { document, report } = view(consent, { as: "fhir" });
 * if (report.is_wider) console.warn(report.losses.filter((loss) => loss.widens));
 * @throws ConsentError `claims.*` if the claims are not those of a consent
 * @see the specification, section 16
 */
export function view<F extends ViewFormat>(consent: Consent, input: ViewInput<F>): ConsentView<F> {
  return value<ConsentView<F>>({
    op: "view",
    as: input.as,
    consent,
    now: input.now ?? nowInSeconds(),
    ...(input.ended === undefined ? {} : { ended: input.ended }),
    ...(input.token === undefined ? {} : { consent_s256: s256(input.token) }),
  });
}
