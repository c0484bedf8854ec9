import type { Detail } from "../types.js";

/** What an app has of a person's consent. Keep it where only this app reads it; it needs the key too. */
export interface Link {
  /** The grant: short-lived, bound to the app's key. */
  readonly grant: string;
  /** When the grant ends by the holder's clock, in seconds since 1970. */
  readonly expiresAt: number;
  /** The signed consent; with it the next grant is got. */
  readonly consent: string;
  /** The holder's receipt of the registration. */
  readonly receipt: string;
  /** What the person chose, no more than was asked for. */
  readonly details: readonly Detail[];
}

/** What has to be kept between sending the person away and their coming back. */
export interface Begun {
  /** Where the person is sent. */
  readonly url: string;
  readonly state: string;
  /** The secret half of PKCE. */
  readonly verifier: string;
  /** For how long the person may be sent there, in seconds. */
  readonly expiresIn: number;
}
