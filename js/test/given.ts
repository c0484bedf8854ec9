// What the examples of the documentation take for granted: values that are really there.
import * as sdk from "../dist/index.js";
import { vector } from "./vectors.js";

const holder = "https://holder.example";
const signer = sdk.seedSigner(new Uint8Array(32).fill(7));
const now = Math.floor(Date.now() / 1000);
const detail = sdk.strictest(["allergy"], ["self-view"], { onward: { to: ["https://clinic.example"], roles: [] } });
const decided = vector("chain/control").input;
const registered = vector("consent/control").input as unknown as sdk.RegistrationInput;
const grant = vector("kinds/token-grant").input as unknown as {
  token: string;
  jwks: sdk.JwkSet;
  audience: string;
  now: number;
};
const receipt = vector("kinds/token-receipt").input as unknown as { token: string; jwks: sdk.JwkSet };
const trust = { ...registered.trust, marks: (decided["trust"] as { marks: readonly string[] }).marks };
const checked = {
  request: registered.request,
  holder: registered.txn.holder,
  trust,
  status: decided["status"] as readonly string[],
  pushed_at: registered.txn.opened_at,
  now: registered.txn.opened_at,
};

const consentInput: sdk.ConsentInput = {
  holder,
  person: "person-1",
  transaction: { id: "txn-1", openedAt: now },
  request: "a.b.c",
  keyStatement: "d.e.f",
  arrangementId: "arrangement-1",
  recipient: {
    id: "https://app.example",
    jkt: sdk.thumbprint(signer.jwk),
    name: "見本アプリ",
    "name#en": "Sample app",
    address: "東京都千代田区1-1",
    representative: "見本 太郎",
    country: "JP",
    role: "operator",
  },
  details: [detail],
  notice: { id: "notice", ver: "1", uri: "https://app.example/notice", lang: "ja", s256: sdk.s256("notice") },
  overseas: { transfer: false },
  basis: { law: "APPI", arts: ["20-2", "27-1"] },
  provisionMode: "operator-provision",
  withdrawUri: `${holder}/consents`,
  control: "unticked-checkbox",
  language: "ja",
  expiresAt: now + 86_400,
  jwk: signer.jwk,
};

const records = [{ category: "allergy", resource: { resourceType: "AllergyIntolerance", id: "1" } }] as const;
const content = { records, consents: [], receipts: [] };
const parentClaims = {
  iss: "https://app.example",
  client_id: "https://app.example",
  sub: "person-1",
  aud: holder,
  iat: now,
  exp: now + 3_600,
};

/** A grant that can be passed on, as text: its signature is nothing that is looked at here. */
function parent(): { token: string; details: readonly sdk.Detail[] } {
  const claims = {
    ...parentClaims,
    jti: sdk.randomId(),
    ver: "1.0",
    cnf: { jkt: sdk.thumbprint(signer.jwk) },
    arrangement_id: "arrangement-1",
    consent_s256: sdk.s256("c"),
    consent_jti: sdk.randomId(),
    authorization_details: [detail],
    dlg: { max_depth: 2 },
    status: { status_list: { idx: 1, uri: `${holder}/status/1` } },
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    token: `${part({ alg: "EdDSA", typ: "phr-grant+jwt", kid: "k" })}.${part(claims)}.${"A".repeat(86)}`,
    details: [detail],
  };
}

/** The values by the names that the examples use; a few differ from one function to the next. */
export function given(name: string): Readonly<Record<string, unknown>> {
  const { op: _, ...input } = decided;
  return {
    ...checked,
    input,
    serve: () => undefined,
    show: () => undefined,
    signer,
    token: grant.token,
    audience: grant.audience,
    jwks: name === "verifyReceipts" ? receipt.jwks : grant.jwks,
    now: name === "verifyConsentRequest" ? checked.now : grant.now,
    receiptToken: receipt.token,
    registration: registered,
    statusInput: vector("status/appendix-1-bit-01").input,
    recipient: "https://clinic.example",
    recipientKey: sdk.thumbprint(signer.jwk),
    parent: parent(),
    consentInput,
    consent: sdk.buildConsent(consentInput).claims,
    requestInput: {
      clientId: "https://app.example",
      clientName: "見本",
      holder,
      redirectUri: "https://app.example/callback",
      state: sdk.randomId(),
      codeChallenge: sdk.s256("v"),
      details: [detail],
      notice: { uri: "https://app.example/notice", s256: sdk.s256("notice") },
    },
    withdrawalInput: {
      holder,
      person: "person-1",
      keyStatement: "d.e.f",
      consentId: sdk.randomId(),
      arrangementId: "arrangement-1",
      erase: false,
    },
    content,
    text: JSON.stringify(sdk.packArchive(content, { operator: "https://app.example", sub: "person-1", madeAt: now })),
    link: { grant: "a.b.c" },
    client: {
      async *records() {
        yield records[0].resource;
      },
    },
    bundle: { request: "a.b.c" },
    t: now,
    anchor: grant.jwks,
  };
}
