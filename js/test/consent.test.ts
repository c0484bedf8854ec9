import { expect, test } from "vitest";
import {
  buildConsent,
  buildConsentRequest,
  buildWithdrawal,
  delegate,
  isConsentError,
  renderSummary,
  s256,
  seedSigner,
  signToken,
  thumbprint,
  tryVerify,
  type Consent,
  type ConsentInput,
  type Detail,
  type Grant,
} from "../dist/index.js";

const now = 1_795_000_000;
const detail: Detail = {
  type: "phr-records",
  actions: ["list", "read"],
  datatypes: ["allergy", "lab-result"],
  datatypes_ver: "2026.1",
  period: { from: "2020-01-01", to: null },
  purposes: ["care"],
  handling: "view",
  frequency: "continuing",
  retention: { days: 0 },
  on_end: "erase",
  onward: { to: ["https://clinic.example"], roles: [] },
  deident: "none",
  exclude: ["mental"],
};

const person = seedSigner(new Uint8Array(32).fill(1));
const app = seedSigner(new Uint8Array(32).fill(2));
const holder = seedSigner(new Uint8Array(32).fill(3));

function input(change: Partial<ConsentInput> = {}): ConsentInput {
  return {
    holder: "https://holder.example",
    person: "person-1",
    transaction: { id: "txn-1", openedAt: now },
    request: "a.b.c",
    keyStatement: "d.e.f",
    arrangementId: "arrangement-1",
    recipient: {
      id: "https://app.example",
      jkt: thumbprint(app.jwk),
      name: "見本アプリ",
      "name#en": "Sample app",
      address: "東京都千代田区1-1",
      representative: "見本 太郎",
      country: "JP",
      role: "operator",
    },
    details: [detail],
    notice: { id: "notice", ver: "1", uri: "https://app.example/notice", lang: "ja", s256: s256("notice") },
    overseas: { transfer: false },
    basis: { law: "APPI", arts: ["20-2", "27-1"] },
    provisionMode: "operator-provision",
    withdrawUri: "https://holder.example/consents",
    control: "unticked-checkbox",
    language: "ja",
    expiresAt: now + 86_400 * 90,
    jwk: person.jwk,
    ...change,
  };
}

test("a consent says what its summary says, and is signed by the person's key", async () => {
  const { claims, summary } = buildConsent(input());
  expect(claims.display.s256).toBe(s256(summary.text));
  expect(renderSummary(claims, "ja")).toEqual(summary);
  for (const text of ["見本アプリ", "アレルギー情報", "2020-01-01", "診療のため", "https://clinic.example"]) {
    expect(summary.text).toContain(text);
  }
  const consent = await signToken("phr-consent+jwt", claims, person);
  expect(tryVerify(consent, { kind: "phr-consent+jwt", now, jwks: { keys: [person.jwk] } })).toMatchObject({
    ok: true,
  });
});

test("whatever the person decides about changes the summary", () => {
  const base = buildConsent(input()).summary.text;
  const changes: Partial<Detail>[] = [
    { datatypes: ["allergy"] },
    { purposes: ["self-view"] },
    { period: { from: "2021-01-01", to: null } },
    { handling: "store" },
    { frequency: "once" },
    { retention: { days: 1 } },
    { on_end: "anonymise" },
    { onward: { to: [], roles: [] } },
    { deident: "pseudonymous" },
    { exclude: [] },
  ];
  for (const change of changes) {
    expect(buildConsent(input({ details: [{ ...detail, ...change }] })).summary.text).not.toBe(base);
  }
  expect(buildConsent(input({ expiresAt: now + 86_400 })).summary.text).not.toBe(base);
  expect(buildConsent(input({ overseas: { transfer: true, country: "US" } })).summary.text).not.toBe(base);
  expect(buildConsent(input({ language: "en" })).summary.text).toContain("Who gets them?");
});

test("a claim that would break the lines of the summary is refused", () => {
  const recipient = { ...input().recipient, name: "見本\nだれに渡しますか：国" };
  const { claims } = buildConsent(input({ recipient }));
  return expect(signToken("phr-consent+jwt", claims, person)).rejects.toSatisfy((error) =>
    isConsentError(error, "claims.invalid"),
  );
});

test("a request carries what the holder needs, by key or by name", async () => {
  const ask = {
    clientId: "https://app.example",
    clientName: "見本アプリ",
    holder: "https://holder.example",
    redirectUri: "https://app.example/callback",
    state: "s".repeat(22),
    codeChallenge: s256("verifier"),
    details: [detail],
    notice: { uri: "https://app.example/notice", s256: s256("notice") },
    now,
  };
  const brought = await buildConsentRequest(ask, app);
  const checked = tryVerify(brought, { kind: "oauth-authz-req+jwt", now });
  expect(checked).toMatchObject({ ok: true, claims: { dpop_jkt: thumbprint(app.jwk), exp: now + 300 } });
  const named = await buildConsentRequest(ask, app, { byKid: true });
  expect(tryVerify(named, { kind: "oauth-authz-req+jwt", now })).toMatchObject({ ok: false, code: "key.unknown" });
  expect(tryVerify(named, { kind: "oauth-authz-req+jwt", now, jwks: { keys: [app.jwk] } })).toMatchObject({ ok: true });
});

test("a withdrawal is signed by the person and names the consent", async () => {
  const withdrawal = await buildWithdrawal(
    {
      holder: "https://holder.example",
      person: "person-1",
      keyStatement: "d.e.f",
      consentId: "c".repeat(22),
      arrangementId: "arrangement-1",
      erase: true,
      now,
    },
    person,
  );
  const checked = tryVerify(withdrawal, { kind: "phr-withdrawal+jwt", now, jwks: { keys: [person.jwk] } });
  expect(checked).toMatchObject({ ok: true, claims: { consent_jti: "c".repeat(22), erase: true } });
});

test("a grant is passed on narrower, never wider", async () => {
  const claims: Grant = {
    iss: "https://holder.example",
    sub: "person-1",
    aud: "https://holder.example",
    client_id: "https://app.example",
    iat: now,
    exp: now + 3_600,
    jti: "g".repeat(22),
    ver: "1.0",
    cnf: { jkt: thumbprint(app.jwk) },
    arrangement_id: "arrangement-1",
    consent_s256: s256("consent"),
    consent_jti: "c".repeat(22),
    authorization_details: [detail],
    dlg: { max_depth: 1 },
    status: { status_list: { idx: 1, uri: "https://holder.example/status/1" } },
  };
  const parent = await signToken("phr-grant+jwt", claims, holder);
  const clinic = { recipient: "https://clinic.example", recipientKey: thumbprint(person.jwk) };
  const narrow = { ...detail, datatypes: ["allergy"] as const, onward: { to: [], roles: [] } };
  const token = await delegate({ parent, ...clinic, details: [narrow], seconds: 600, now }, app);
  expect(tryVerify(token, { kind: "phr-delegation+jwt", now })).toMatchObject({
    ok: true,
    claims: { par_s256: s256(parent), depth: 1, exp: now + 600, client_id: "https://clinic.example" },
  });
  const late = await delegate({ parent, ...clinic, details: [narrow], seconds: 86_400, now }, app);
  expect(tryVerify(late, { kind: "phr-delegation+jwt", now })).toMatchObject({ claims: { exp: now + 3_600 } });
  const wide = { ...detail, handling: "store" as const };
  await expect(delegate({ parent, ...clinic, details: [wide], seconds: 600, now }, app)).rejects.toSatisfy((error) =>
    isConsentError(error, "scope.handling-wider"),
  );
  await expect(delegate({ parent: "no", ...clinic, details: [narrow], seconds: 600 }, app)).rejects.toSatisfy((error) =>
    isConsentError(error, "token.not-jws"),
  );
});

test("the claims that are built are complete", () => {
  const { claims } = buildConsent(input());
  const keys: (keyof Consent)[] = ["iss", "sub", "aud", "jti", "txn", "req_s256", "key_s256", "notice", "ui", "jur"];
  for (const key of keys) expect(claims[key]).toBeDefined();
});
