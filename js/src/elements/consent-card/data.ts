import type { Recipient } from "../../claims.js";
import type { Consent } from "../../claims.js";
import type { Summary } from "../../consent.js";
import type { Detail, Language } from "../../types.js";

/** What a consent card shows. Everything in it has been verified before: the card believes it. */
export interface ConsentCardData {
  /** Who asks, as the trust list names them. */
  readonly recipient: Pick<Recipient, "name" | "name#en" | "address" | "representative" | "country" | "role">;
  /** Who certified them and until when (seconds since 1970). */
  readonly mark: { readonly name: string; readonly "name#en": string; readonly exp: number; readonly ref?: string };
  /** What is asked for. */
  readonly details: readonly Detail[];
  /** When the consent would end, in seconds since 1970. */
  readonly expiresAt: number;
  readonly overseas: Consent["overseas"];
  /** The recipient's own words. */
  readonly notice: string;
  /** What refusing means, a sentence each. */
  readonly refusal: Readonly<Record<Language, readonly string[]>>;
  /** Where the person ends it later. */
  readonly withdrawUri: string;
  /** Somebody acts for the person. */
  readonly acting?: {
    readonly person: string;
    readonly role: "guardian" | "proxy";
    readonly basis: string;
    /** Seconds since 1970. */
    readonly until: number;
  };
  /** What a consent that this one replaces gives now: that is chosen at first, and marked. */
  readonly current?: readonly Detail[];
}

/** What happens when the person decides. A refusal is thrown as a ConsentError, and the card says it. */
export interface ConsentCardActions {
  /** Makes the consent of what was chosen; its summary is shown, and signing it is the next step. */
  prepare(details: readonly Detail[], language: Language): Promise<Summary>;
  /** Signs and registers exactly what was shown. */
  sign(): Promise<void>;
  /** Tells whoever asks that nothing is given. */
  refuse(): Promise<void>;
}
