// The claims of every kind of token, as they are written on the wire.
import type { CategoryCode } from "./generated/codes.js";
import type { Actor, Detail, Jwk, JwkSet, Language, Purpose, Role } from "./types.js";

/** Claims of a grant. */
export interface Grant {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly cnf: { readonly jkt: string };
  readonly arrangement_id: string;
  readonly consent_s256?: string;
  readonly consent_jti?: string;
  readonly authorization_details: readonly Detail[];
  readonly dlg: { readonly max_depth: number };
  readonly status: { readonly status_list: { readonly idx: number; readonly uri: string } };
  readonly act?: Actor;
  readonly emg?: { readonly statement_s256: string; readonly activation_id?: string };
}

/** Claims of a consent. */
export interface Consent {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly txn: string;
  readonly req_s256: string;
  readonly key_s256: string;
  readonly act?: Actor;
  readonly arrangement_id: string;
  readonly supersedes?: string;
  readonly recipient: Recipient;
  readonly authorization_details: readonly Detail[];
  readonly notice: {
    readonly id: string;
    readonly ver: string;
    readonly uri: string;
    readonly lang: string;
    readonly s256: string;
  };
  readonly display: {
    readonly lang: Language;
    readonly tmpl: string;
    readonly tmpl_ver: string;
    readonly s256: string;
  };
  readonly jur: string;
  readonly basis: { readonly law: string; readonly arts: readonly string[] };
  readonly provision_mode: "operator-provision" | "person-mediated";
  readonly overseas: {
    readonly transfer: boolean;
    readonly country?: string;
    readonly regime_uri?: string;
    readonly measures_uri?: string;
    readonly reason?: string;
  };
  readonly withdraw_uri: string;
  readonly ui: { readonly control: "unticked-checkbox" | "button" | "signature"; readonly unbundled: true };
}

/** Who gets records, as the trust list names them. */
export interface Recipient {
  readonly id: string;
  readonly jkt: string;
  readonly name: string;
  readonly "name#en": string;
  readonly address: string;
  readonly representative: string;
  readonly country: string;
  readonly role: Role;
}

/** What entitles an agent. */
export type AgentBasis = Actor["basis"];

/** Claims of a key statement: the holder says whose key this is. */
export interface KeyStatement {
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly cnf: { readonly jwk: Jwk };
  /** The recipient towards whom the person bears `sub`. */
  readonly rcp: string;
  readonly role: "self" | "guardian" | "proxy";
  readonly acr: string;
  readonly amr: readonly string[];
  readonly auth_time: number;
  /** The person for whom an agent acts. */
  readonly for?: string;
  readonly basis?: AgentBasis;
}

/** Claims of a consent request. */
export interface ConsentRequest {
  readonly iss: string;
  readonly client_id: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti: string;
  readonly response_type: "code";
  readonly redirect_uri: string;
  readonly state: string;
  readonly nonce: string;
  readonly code_challenge: string;
  readonly code_challenge_method: "S256";
  readonly dpop_jkt: string;
  readonly authorization_details: readonly Detail[];
  readonly notice_uri: string;
  readonly notice_s256: string;
  readonly client_name: string;
  readonly scope?: string;
  readonly ui_locales?: string;
}

/** Claims of a delegation. */
export interface Delegation {
  /** The delegator's client id. */
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly cnf: { readonly jkt: string };
  readonly arrangement_id: string;
  readonly consent_s256: string;
  readonly consent_jti: string;
  /** The hash of the token that is passed on. */
  readonly par_s256: string;
  readonly depth: number;
  readonly authorization_details: readonly Detail[];
  readonly status?: Grant["status"];
  readonly nonce?: string;
}

/** Claims of a proof of possession. */
export interface Proof {
  readonly htm: string;
  readonly htu: string;
  readonly iat: number;
  readonly jti: string;
  readonly ath?: string;
  readonly nonce?: string;
  readonly phr_pur?: Purpose;
}

/** Claims of a withdrawal. */
export interface Withdrawal {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly key_s256: string;
  readonly consent_jti: string;
  readonly arrangement_id: string;
  readonly erase: boolean;
}

/** A party of an exchange, as a receipt names it. */
export interface Party {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly representative: string;
}

/** Claims of a receipt: one entry of the chain of what was registered, given and ended. */
export interface Receipt {
  readonly iss: string;
  readonly iat: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly event: "registration" | "provision" | "acquisition" | "withdrawal" | "erasure" | "emergency";
  readonly exchange_id: string;
  readonly arrangement_id: string;
  readonly seq: number;
  /** The hash of the receipt before it; the first has none. */
  readonly prev_s256?: string;
  readonly sub: string;
  readonly consent_jti?: string;
  readonly consent_s256?: string;
  readonly txn?: string;
  readonly at: number;
  readonly period?: { readonly first: number; readonly last: number };
  readonly provider: Party;
  readonly recipient: Party;
  readonly items: readonly CategoryCode[];
  readonly basis: { readonly law: string; readonly arts: readonly string[] };
  readonly acquired_how?: string;
  readonly record_form: "single" | "bulk" | "contract";
  readonly retain_until: number;
}

/** Claims of an emergency statement. */
export interface EmergencyStatement {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly cnf: { readonly jkt: string };
  readonly activation_id?: string;
  readonly subject: {
    readonly name: string;
    readonly name_kana?: string;
    readonly birth_date: string;
    readonly gender: string;
    readonly address?: string;
  };
  readonly method: "four-attributes" | "insured-number" | "card";
  readonly staff: string;
  readonly place: string;
  readonly reason: string;
  readonly oral_consent: "given" | "refused" | "could-not-be-asked";
}

/** Claims of a status list token. */
export interface StatusList {
  readonly iss: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly ttl: number;
  readonly jti?: string;
  readonly status_list: { readonly bits: 1 | 2 | 4 | 8; readonly lst: string };
}

/** Claims of a trust mark. */
export interface TrustMark {
  readonly iss: string;
  readonly sub: string;
  readonly trust_mark_type: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti?: string;
  readonly status: Grant["status"];
  /** The owner's delegation to the issuer, as a token. */
  readonly delegation?: string;
  readonly ref?: string;
  readonly logo_uri?: string;
  readonly criteria: string;
  readonly suite: string;
  readonly report_s256: string;
  readonly roles: readonly Role[];
  readonly product: string;
}

/** Claims of the delegation of a trust mark. */
export interface TrustMarkDelegation {
  readonly iss: string;
  readonly sub: string;
  readonly trust_mark_type: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti?: string;
  readonly ref?: string;
}

/** A member of the trust list. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly "name#en": string;
  readonly address: string;
  readonly representative: string;
  readonly country: string;
  readonly overseas: boolean;
  readonly roles: readonly Role[];
  readonly client_type: "server" | "device";
  readonly keys: readonly Jwk[];
  readonly redirect_uris: readonly string[];
  readonly notice_origins: readonly string[];
  readonly status_uris: readonly string[];
  readonly area?: string | readonly string[];
  readonly suspended_from?: number;
}

/** Claims of the trust list. */
export interface TrustList {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly ver: "1.0";
  readonly seq: number;
  readonly members: readonly Member[];
  readonly trust_mark_issuers: Readonly<Record<string, readonly string[]>>;
  readonly trust_mark_owners: Readonly<Record<string, { readonly sub: string; readonly jwks: JwkSet }>>;
  readonly activations: readonly {
    readonly id: string;
    readonly kind: "emergency" | "disaster";
    readonly areas: readonly string[];
    readonly from: number;
    readonly until: number;
  }[];
}

/** What an event is about: an arrangement, and the consent where it is about one. */
export interface EventSubject {
  readonly arrangement_id: string;
  readonly consent_jti?: string;
  readonly sub: string;
}

/** Claims of a security event (RFC 8417): a holder tells a recipient what ended. */
export interface SecurityEvent {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly jti: string;
  readonly events: {
    readonly "urn:phr-link:event:consent-withdrawn"?: EventSubject;
    readonly "urn:phr-link:event:erase-requested"?: EventSubject;
    readonly "urn:phr-link:event:grant-revoked"?: EventSubject;
    readonly "urn:phr-link:event:mark-revoked"?: unknown;
  };
}

/** Claims of a client's assertion (RFC 7523). */
export interface ClientAssertion {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}

/** The kinds of token, by the `typ` in their header. */
export interface ClaimsByKind {
  "phr-grant+jwt": Grant;
  "phr-consent+jwt": Consent;
  "phr-delegation+jwt": Delegation;
  "phr-key+jwt": KeyStatement;
  "phr-receipt+jwt": Receipt;
  "phr-withdrawal+jwt": Withdrawal;
  "phr-emergency+jwt": EmergencyStatement;
  "phr-trust-list+jwt": TrustList;
  "oauth-authz-req+jwt": ConsentRequest;
  "dpop+jwt": Proof;
  "statuslist+jwt": StatusList;
  "trust-mark+jwt": TrustMark;
  "trust-mark-delegation+jwt": TrustMarkDelegation;
  "client-authentication+jwt": ClientAssertion;
}

/** A kind of token. */
export type Kind = keyof ClaimsByKind;
