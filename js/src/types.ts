import type { Code } from "./generated/codes.js";
import type { CategoryCode } from "./generated/codes.js";

/** A language of texts. */
export type Language = "ja" | "en";

/** A public Ed25519 key. */
export interface Jwk {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid?: string;
  readonly use?: string;
}

/** A set of public keys. */
export interface JwkSet {
  readonly keys: readonly Jwk[];
}

/** Why something was refused. */
export interface Reason {
  readonly code: Code;
  /** The token of the path that is at fault; the grant is 0. */
  readonly token?: number;
  /** A JSON pointer into it. */
  readonly path?: string;
  readonly blame: string;
  /** The section of the specification. */
  readonly spec: string;
  readonly text: Readonly<Record<Language, string>>;
  readonly hint: Readonly<Record<Language, string>>;
}

/** What the engine answers. */
export interface Answer {
  readonly id?: unknown;
  readonly decision: "permit" | "deny" | "accept" | "reject";
  readonly code: Code | null;
  readonly reasons: readonly Reason[];
  readonly value?: unknown;
}

/** A purpose. */
export type Purpose =
  | "self-view"
  | "care"
  | "emergency-care"
  | "medication-safety"
  | "long-term-care"
  | "health-promotion"
  | "public-health"
  | "insurance-admin"
  | "employment-health"
  | "school-health"
  | "research-consented"
  | "service-improvement"
  | "marketing";

/** A role in the trust list. */
export type Role =
  | "holder"
  | "operator"
  | "medical-institution"
  | "pharmacy"
  | "care-provider"
  | "public-health-centre"
  | "researcher"
  | "certification-body"
  | "scheme-owner"
  | "runner";

/** One entry of `authorization_details`. */
export interface Detail {
  readonly type: "phr-records";
  readonly actions: readonly ("list" | "read")[];
  readonly datatypes: readonly CategoryCode[];
  readonly datatypes_ver: string;
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly purposes: readonly Purpose[];
  readonly handling: "view" | "query" | "store";
  readonly frequency: "once" | "continuing";
  readonly retention: { readonly days: number } | { readonly until: string };
  readonly on_end: "erase" | "anonymise" | "keep-required-by-law";
  readonly onward: { readonly to: readonly string[]; readonly roles: readonly Role[] };
  readonly deident: "none" | "pseudonymous" | "anonymous";
  readonly exclude: readonly ("genetic" | "mental" | "infection" | "reproductive" | "disclosed-diagnosis")[];
}

/** The agent who acts for the person. */
export interface Actor {
  readonly sub: string;
  readonly role: "guardian" | "proxy";
  readonly basis: { readonly kind: string; readonly ref: string; readonly until: number };
}

/** What a permitted request may have. */
export interface Permit {
  readonly mode: string;
  readonly purpose: Purpose;
  readonly sub: string;
  readonly client_id: string;
  readonly arrangement_id: string;
  readonly consent_jti?: string;
  readonly grant_jti: string;
  readonly depth: number;
  readonly by_agent: boolean;
  readonly detail: Detail;
  readonly filter: Readonly<Record<string, unknown>>;
  /** Remember it, atomically and last, until `replay_until`. */
  readonly replay_key: string;
  readonly replay_until: number;
  readonly once: boolean;
}

/** The verdict. `permit` is only there where the request is permitted. */
export type Decision =
  | { readonly outcome: "permit"; readonly permit: Permit }
  | { readonly outcome: "deny"; readonly code: Code; readonly reasons: readonly Reason[] };

/** A format in which a consent can be shown. */
export type ViewFormat = "fhir" | "smart" | "ts27560";

/** The document of each format. */
export interface ViewDocuments {
  /** A `Consent` resource of HL7 FHIR R4. */
  readonly fhir: { readonly resourceType: "Consent"; readonly status: "active" | "inactive" } & Readonly<
    Record<string, unknown>
  >;
  /** Scopes of SMART App Launch 2, separated by blanks. */
  readonly smart: { readonly scope: string };
  /** A consent record of ISO/IEC TS 27560:2023. */
  readonly ts27560: { readonly schema_version: string; readonly record_id: string } & Readonly<Record<string, unknown>>;
}

/** One difference between a consent and a view of it. */
export interface ViewLoss {
  /** A JSON pointer into the consent; empty for the consent as a whole. */
  readonly path: string;
  readonly kind: "approximated" | "assumed" | "not-expressible" | "own-code";
  /** A restriction is lost. */
  readonly widens: boolean;
  readonly text: Readonly<Record<Language, string>>;
}

/** A consent in another format. */
export interface ConsentView<F extends ViewFormat> {
  readonly as: F;
  readonly state: "active" | "expired" | "superseded" | "withdrawn";
  readonly document: ViewDocuments[F];
  readonly report: {
    /** Whoever reads the document alone would permit more than the consent does. */
    readonly is_wider: boolean;
    readonly losses: readonly ViewLoss[];
  };
}
