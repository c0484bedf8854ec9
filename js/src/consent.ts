import { nowInSeconds, randomId } from "./bytes.js";
import { value } from "./core.js";
import { signToken, type Signer } from "./signer.js";
import type { Consent } from "./claims.js";
import type { Actor, Detail, Language } from "./types.js";
import { s256, thumbprint } from "./verify.js";

/** What a recipient asks for. */
export interface RequestInput {
  readonly clientId: string;
  readonly clientName: string;
  readonly holder: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly details: readonly Detail[];
  readonly notice: { readonly uri: string; readonly s256: string };
  /** The proof key's thumbprint; that of the signer if absent. */
  readonly proofKey?: string;
  readonly now?: number;
}

/**
 * Builds and signs a consent request.
 *
 * @param options.byKid for a server client, whose key is in the trust list
 *
 * @example
 * const request = await buildConsentRequest(requestInput, signer);
 * inspect(request).kind; // oauth-authz-req+jwt
 */
export async function buildConsentRequest(
  input: RequestInput,
  signer: Signer,
  options: { readonly byKid?: boolean } = {},
): Promise<string> {
  const iat = input.now ?? nowInSeconds();
  const claims = {
    iss: input.clientId,
    client_id: input.clientId,
    aud: input.holder,
    iat,
    exp: iat + 300,
    jti: randomId(),
    response_type: "code",
    redirect_uri: input.redirectUri,
    state: input.state,
    nonce: randomId(),
    code_challenge: input.codeChallenge,
    code_challenge_method: "S256",
    dpop_jkt: input.proofKey ?? thumbprint(signer.jwk),
    authorization_details: input.details,
    notice_uri: input.notice.uri,
    notice_s256: input.notice.s256,
    client_name: input.clientName,
  };
  return signToken("oauth-authz-req+jwt", claims, signer, options);
}

/** Everything a consent says that is not computed: the holder's page knows it. */
export interface ConsentInput {
  readonly holder: string;
  readonly person: string;
  readonly transaction: { readonly id: string; readonly openedAt: number };
  readonly request: string;
  readonly keyStatement: string;
  readonly actor?: Actor;
  readonly arrangementId: string;
  /** The consent that is replaced, as a token. */
  readonly supersedes?: string;
  readonly recipient: Consent["recipient"];
  /** What the person chose; no more than was asked for. */
  readonly details: readonly Detail[];
  readonly notice: Consent["notice"];
  readonly overseas: Consent["overseas"];
  readonly basis: Consent["basis"];
  readonly provisionMode: Consent["provision_mode"];
  readonly withdrawUri: string;
  readonly control: Consent["ui"]["control"];
  readonly language: Language;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly jwk: Signer["jwk"];
}

/** The text that a person reads, and what the consent says of it. */
export interface Summary {
  readonly text: string;
  readonly s256: string;
  readonly tmpl: string;
  readonly tmpl_ver: string;
}

/**
 * Renders the summary of a consent: the same text that the holder and an auditor will render.
 *
 * @example
 * const { text } = renderSummary(buildConsent(consentInput).claims, "en");
 * text.startsWith("Who gets them?"); // true
 */
export function renderSummary(consent: Consent, language: Language): Summary {
  return value<Summary>({ op: "render", consent, lang: language });
}

/**
 * Makes the claims of a consent and the summary to show; the person reads it, then {@link signToken}
 * with `phr-consent+jwt` signs exactly what was shown.
 *
 * @example
 * const { claims, summary } = buildConsent(consentInput);
 * claims.display.s256 === summary.s256; // true
 */
export function buildConsent(input: ConsentInput): { readonly claims: Consent; readonly summary: Summary } {
  const claims = {
    iss: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint(input.jwk)}`,
    sub: input.person,
    aud: input.holder,
    iat: input.transaction.openedAt,
    exp: input.expiresAt,
    jti: randomId(),
    ver: "1.0",
    txn: input.transaction.id,
    req_s256: s256(input.request),
    key_s256: s256(input.keyStatement),
    ...(input.actor === undefined ? {} : { act: input.actor }),
    arrangement_id: input.arrangementId,
    ...(input.supersedes === undefined ? {} : { supersedes: s256(input.supersedes) }),
    recipient: input.recipient,
    authorization_details: input.details,
    notice: input.notice,
    // The hash of the summary is not part of the summary: it is filled in after rendering.
    display: { lang: input.language, tmpl: "phr-consent-summary", tmpl_ver: "1", s256: s256("") },
    jur: "JP",
    basis: input.basis,
    provision_mode: input.provisionMode,
    overseas: input.overseas,
    withdraw_uri: input.withdrawUri,
    ui: { control: input.control, unbundled: true },
  } as const satisfies Consent;
  const summary = renderSummary(claims, input.language);
  return { claims: { ...claims, display: { ...claims.display, s256: summary.s256 } }, summary };
}

/**
 * Builds and signs a withdrawal.
 *
 * @example
 * const withdrawal = await buildWithdrawal(withdrawalInput, signer);
 * inspect(withdrawal).kind; // phr-withdrawal+jwt
 */
export async function buildWithdrawal(
  input: {
    readonly holder: string;
    readonly person: string;
    readonly keyStatement: string;
    readonly consentId: string;
    readonly arrangementId: string;
    readonly erase: boolean;
    readonly now?: number;
  },
  signer: Signer,
): Promise<string> {
  const claims = {
    iss: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint(signer.jwk)}`,
    sub: input.person,
    aud: input.holder,
    iat: input.now ?? nowInSeconds(),
    jti: randomId(),
    ver: "1.0",
    key_s256: s256(input.keyStatement),
    consent_jti: input.consentId,
    arrangement_id: input.arrangementId,
    erase: input.erase,
  };
  return signToken("phr-withdrawal+jwt", claims, signer);
}
