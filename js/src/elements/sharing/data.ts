import type { Receipt } from "../../claims.js";
import type { Detail } from "../../types.js";

/** What a person shares, as `GET /consents` gives it. */
export interface SharingData {
  readonly consents: readonly SharedConsent[];
  /** Whether it is the page of who signed in; else nothing can be ended here. */
  readonly is_own: boolean;
}

/** A consent and what happened under it. */
export interface SharedConsent {
  readonly jti: string;
  readonly state: "active" | "expired" | "superseded" | "withdrawn";
  readonly recipient: { readonly id: string; readonly name: string; readonly "name#en": string };
  readonly details: readonly Detail[];
  readonly registered_at: string;
  readonly expires_at: string;
  /** The signed consent. */
  readonly consent: string;
  /** The newest first. */
  readonly receipts: readonly { readonly token: string; readonly claims: Receipt }[];
}

/** What happens when the person ends a consent. A refusal is thrown as a ConsentError, and is said. */
export interface SharingActions {
  /** Ends it now; `erase` is the person's wish about what was already received. */
  withdraw(jti: string, options: { readonly erase: boolean }): Promise<void>;
}
