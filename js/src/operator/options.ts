import type { Signer } from "../signer.js";
import type { Detail, JwkSet } from "../types.js";
import type { OperatorStore } from "./store.js";

/** Who is signed in at the vendor's service. */
export interface OperatorSession {
  /** The person, as the vendor knows them; it never leaves but in the person's own export. */
  readonly person: string;
  /** The name of the session: a link ends in the session in which it began. */
  readonly id: string;
  /** When they signed in, in seconds since 1970: what cannot be undone asks for the last minutes. */
  readonly signedInAt: number;
}

/** Whom the operator trusts now. */
export interface OperatorTrust {
  /** The anchor's keys, given by hand. */
  readonly jwks: JwkSet;
  readonly trust_list: string;
  readonly marks: readonly string[];
}

/** The operator's own words, for `GET /.well-known/phr-operator`. */
export interface OperatorFacts {
  readonly contact: { readonly email?: string; readonly telephone?: string; readonly url?: string };
  readonly policies: readonly { readonly kind: string; readonly url: string; readonly s256: string }[];
  readonly storage_countries: readonly string[];
  readonly retention: { readonly text: string; readonly erasure_days: number };
}

/** What an {@link OperatorHandler} needs. */
export interface OperatorOptions {
  /** The operator's entity id: the origin at which it is reached. */
  readonly base: string;
  /** The holder from which its people's records come. */
  readonly holder: string;
  /** The key that the trust list names for the operator. */
  readonly signer: Signer;
  readonly store: OperatorStore;
  /** What is asked for where the vendor's page asks for nothing else. */
  readonly details: readonly Detail[];
  /** The text that people are shown before they consent; served at `/notice.txt`, byte for byte. */
  readonly notice: string;
  readonly facts: OperatorFacts;
  /** Fetched and cached by the vendor; asked for at each call that needs it. */
  trust(): Promise<OperatorTrust>;
  /** Who is signed in, by the vendor's own session. */
  session(request: Request): Promise<OperatorSession | undefined>;
  /** Where the person goes after linking; `/` if absent. */
  readonly home?: string;
  readonly fetch?: typeof fetch;
  /** Keeps the host awake for what goes on after an answer, where it sleeps (`waitUntil`). */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Seconds since 1970; the clock of the machine if absent. */
  readonly now?: () => number;
}
