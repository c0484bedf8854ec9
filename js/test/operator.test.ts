// What the operator's handler answers at its edges; with the real holder it is tried in tests/e2e.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeEach, expect, test } from "vitest";
import * as sdk from "../dist/index.js";
import { memoryStore, OperatorHandler, type OperatorSession, type OperatorStore } from "../dist/operator/index.js";

const now = 1_795_000_000;
const base = "https://phr.example";
const holder = "https://holder.example";
const keys = Object.fromEntries(
  ["anchor", "holder", "other", "operator", "person"].map((name, at) => [
    name,
    sdk.seedSigner(new Uint8Array(32).fill(at + 1)),
  ]),
) as Readonly<Record<"anchor" | "holder" | "other" | "operator" | "person", sdk.Signer>>;
const member = (id: string, key: sdk.Signer, role: sdk.Role, more: object = {}) => ({
  id,
  name: `見本 ${id}`,
  "name#en": "Sample",
  address: "東京都千代田区1-1",
  representative: "見本 太郎",
  country: "JP",
  overseas: false,
  roles: [role],
  client_type: "server",
  keys: [key.jwk],
  redirect_uris: [`${id}/link/callback`],
  notice_origins: [id],
  status_uris: [`${id}/status/1`],
  ...more,
});

async function list(more: object = {}): Promise<string> {
  const members = [
    member(holder, keys.holder, "holder"),
    member("https://other.example", keys.other, "holder", more),
    member(base, keys.operator, "operator"),
  ];
  const claims = {
    iss: "https://anchor.example",
    iat: clock,
    exp: clock + 86_400,
    jti: sdk.randomId(),
    ver: "1.0",
    seq: 1,
    members,
    trust_mark_issuers: {},
    trust_mark_owners: {},
    activations: [],
  };
  return sdk.signToken("phr-trust-list+jwt", claims, keys.anchor);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that the package itself does not make: an event of a holder. */
async function event(events: object, change: { signer?: sdk.Signer; claims?: object } = {}): Promise<string> {
  const signer = change.signer ?? keys.holder;
  const claims = { iss: holder, aud: base, iat: now, jti: sdk.randomId(), events, ...change.claims };
  const input = `${part({ alg: "EdDSA", kid: sdk.thumbprint(signer.jwk), typ: "secevent+jwt" })}.${part(claims)}`;
  return `${input}.${Buffer.from(await signer.sign(new TextEncoder().encode(input))).toString("base64url")}`;
}

const detail = sdk.strictest(["allergy", "lab-result"], ["self-view"], {
  handling: "store",
  frequency: "continuing",
  retention: { days: 30 },
});
const ARRANGEMENT = "arrangement-1";

/** What a holder gives for a code. */
async function handedOver(change: { sub?: string; arrangement?: string; iss?: string } = {}) {
  const sub = change.sub ?? "person-1";
  const arrangement = change.arrangement ?? ARRANGEMENT;
  const { claims } = sdk.buildConsent({
    holder,
    person: sub,
    transaction: { id: "txn-1", openedAt: now },
    request: "a.b.c",
    keyStatement: "d.e.f",
    arrangementId: arrangement,
    recipient: {
      id: base,
      jkt: sdk.thumbprint(keys.operator.jwk),
      name: "見本",
      "name#en": "Sample",
      address: "東京都",
      representative: "見本 太郎",
      country: "JP",
      role: "operator",
    },
    details: [detail],
    notice: { id: "notice", ver: "1", uri: `${base}/notice.txt`, lang: "ja", s256: sdk.s256("n") },
    overseas: { transfer: false },
    basis: { law: "APPI", arts: ["20-2", "27-1"] },
    provisionMode: "operator-provision",
    withdrawUri: `${holder}/consents`,
    control: "unticked-checkbox",
    language: "ja",
    expiresAt: now + 86_400 * 30,
    jwk: keys.person.jwk,
  });
  const consent = await sdk.signToken("phr-consent+jwt", claims, keys.person);
  const grant = {
    iss: holder,
    sub,
    aud: holder,
    client_id: base,
    iat: now,
    exp: now + 600,
    jti: sdk.randomId(),
    ver: "1.0",
    cnf: { jkt: sdk.thumbprint(keys.operator.jwk) },
    arrangement_id: arrangement,
    consent_s256: sdk.s256(consent),
    consent_jti: claims.jti,
    authorization_details: [detail],
    dlg: { max_depth: 2 },
    status: { status_list: { idx: 1, uri: `${holder}/status/1` } },
  };
  const partyOf = (id: string) => ({
    id,
    name: `見本 ${id}`,
    address: "東京都千代田区1-1",
    representative: "見本 太郎",
  });
  const receipt = {
    iss: holder,
    iat: now,
    jti: sdk.randomId(),
    ver: "1.0",
    event: "registration",
    exchange_id: sdk.randomId(),
    arrangement_id: arrangement,
    seq: 0,
    sub,
    consent_jti: claims.jti,
    consent_s256: sdk.s256(consent),
    txn: "txn-1",
    at: now,
    provider: partyOf(holder),
    recipient: partyOf(base),
    items: [],
    basis: { law: "APPI", arts: ["27-1"] },
    record_form: "single",
    retain_until: now + 100_000_000,
  };
  return {
    consentId: claims.jti,
    body: {
      access_token: await sdk.signToken("phr-grant+jwt", grant, keys.holder),
      token_type: "DPoP",
      expires_in: 600,
      phr_consent: consent,
      phr_receipt: await sdk.signToken("phr-receipt+jwt", receipt, keys.holder),
      authorization_details: [detail],
    },
  };
}

let session: OperatorSession | undefined;
let store: OperatorStore;
let calls: { url: string; body: string; headers: Headers }[];
let replies: Response[];
let trustList: string;
let operator: OperatorHandler;
let background: Promise<unknown>[];
let clock: number;

beforeEach(async () => {
  session = { person: "vendor-1", id: "session-1", signedInAt: now };
  store = memoryStore();
  calls = [];
  replies = [];
  background = [];
  clock = now;
  trustList = await list();
  operator = new OperatorHandler({
    base,
    holder,
    signer: keys.operator,
    store,
    details: [detail],
    notice: "説明文",
    facts: {
      contact: { email: "desk@phr.example" },
      policies: [],
      storage_countries: ["JP"],
      retention: { text: "30日", erasure_days: 30 },
    },
    trust: async () => ({ jwks: { keys: [keys.anchor.jwk] }, trust_list: trustList, marks: [] }),
    session: async () => session,
    waitUntil: (work) => background.push(work),
    now: () => clock,
    fetch: async (input, init) => {
      calls.push({ url: String(input), body: String(init?.body ?? ""), headers: new Headers(init?.headers) });
      return replies.shift() ?? new Response("", { status: 502 });
    },
  });
});

const ajv = addFormats.default(new Ajv2020.default({ strict: false }));
const validators = new Map<string, ReturnType<typeof ajv.compile>>();
function fits(name: string, value: unknown): void {
  const file = new URL(`../../crates/server/openapi/schema/${name}.json`, import.meta.url);
  const validate = validators.get(name) ?? ajv.compile(JSON.parse(readFileSync(file, "utf8")));
  validators.set(name, validate);
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
}

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const isText = typeof body === "string";
  const request = new Request(`${base}${path}`, {
    method,
    headers: {
      ...(method === "POST" && !isText ? { Origin: base, "Content-Type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const response = await operator.handle(request);
  const text = await response.text();
  const parsed = /json/.test(response.headers.get("Content-Type") ?? "") ? JSON.parse(text) : text;
  if (response.status >= 400 && response.headers.get("Content-Type") === "application/problem+json")
    fits("Problem", parsed);
  return { status: response.status, headers: response.headers, body: parsed as any };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
const bundle = (...ids: string[]) =>
  json(
    {
      resourceType: "Bundle",
      type: "searchset",
      total: ids.length,
      link: [],
      entry: ids.map((id) => ({ resource: { resourceType: "AllergyIntolerance", id } })),
    },
    200,
    { "PHR-Exchange": sdk.randomId() },
  );

async function begun(): Promise<string> {
  replies.push(json({ request_uri: "urn:x:1", expires_in: 90 }, 201));
  const { status, body } = await ask("POST", "/link", { holder });
  expect(status).toBe(201);
  fits("StartedLink", body);
  const request = new URLSearchParams(calls.at(-1)?.body).get("request") ?? "";
  return String(sdk.inspect(request).claims?.["state"]);
}

async function linked(change: Parameters<typeof handedOver>[0] = {}) {
  const state = await begun();
  const given = await handedOver(change);
  replies.push(json(given.body), bundle("1", "2"), bundle());
  const back = await ask("GET", `/link/callback?${new URLSearchParams({ state, iss: holder, code: "code" })}`);
  await Promise.all(background);
  return { ...given, back };
}

const exported = async () => sdk.openArchive((await ask("GET", "/export")).body);
const about = (consentId: string, more: object = {}) => ({
  arrangement_id: ARRANGEMENT,
  consent_jti: consentId,
  sub: "person-1",
  ...more,
});
const tell = async (token: string) => ask("POST", "/events", token, { "Content-Type": "application/secevent+jwt" });

test("says who it is by the trust list, with its own words and keys", async () => {
  const { body } = await ask("GET", "/.well-known/phr-operator");
  fits("OperatorMetadata", body);
  expect(body).toMatchObject({ id: base, name: `見本 ${base}`, storage_countries: ["JP"] });
  const { body: set } = await ask("GET", "/jwks");
  fits("JwkSet", set);
  expect(set.keys[0].kid).toBe(sdk.thumbprint(keys.operator.jwk));
});

test("what is not of the contract is said to be none", async () => {
  expect(await ask("GET", "/nothing")).toMatchObject({ status: 404, body: { code: "server.no-such-call" } });
  const { status, headers } = await ask("GET", "/link");
  expect([status, headers.get("Allow")]).toEqual([405, "POST"]);
});

test("links as a server: a signed request by its listed key, and an assertion", async () => {
  const { back } = await linked();
  expect([back.status, back.headers.get("Location")]).toEqual([303, `${base}/`]);
  const [par, token, ...reads] = calls;
  const form = (body = "") => new URLSearchParams(body);
  expect(sdk.inspect(form(par?.body).get("request") ?? "").header).toMatchObject({
    kid: sdk.thumbprint(keys.operator.jwk),
  });
  for (const call of [par, token])
    expect(sdk.inspect(form(call?.body).get("client_assertion") ?? "").kind).toBe("client-authentication+jwt");
  expect(reads.map(({ url }) => new URL(url).pathname)).toEqual(["/records/allergy", "/records/lab-result"]);
  expect((await exported()).records.map(({ resource }) => resource.id).sort()).toEqual(["1", "2"]);
  const { body } = await ask("GET", "/receipts");
  fits("ReceiptList", body);
  expect(body.receipts.map(({ claims }: any) => [claims.event, claims.items[0]])).toEqual([
    ["acquisition", "lab-result"],
    ["acquisition", "allergy"],
  ]);
  fits("Export", (await ask("GET", "/export")).body);
});

test("an answer that is not to this person's request in this session links nothing", async () => {
  const state = await begun();
  const back = (query: Record<string, string>) =>
    ask("GET", `/link/callback?${new URLSearchParams({ state, iss: holder, code: "c", ...query })}`);
  session = { person: "vendor-2", id: "session-1", signedInAt: now };
  expect((await back({})).body.code).toBe("consent.transaction");
  session = { person: "vendor-1", id: "session-2", signedInAt: now };
  expect((await back({})).body.code).toBe("consent.transaction");
  session = { person: "vendor-1", id: "session-1", signedInAt: now };
  expect((await back({ state: "other" })).body.code).toBe("consent.transaction");
  // A wrong issuer is a mix-up: the link is used up by it.
  expect((await back({ iss: "https://other.example" })).body.code).toBe("consent.transaction");
  expect((await back({})).body.code).toBe("consent.transaction");
  expect(calls.length).toBe(1);
});

test("a refusal of the person is no fault; a grant that is not ours is", async () => {
  let state = await begun();
  const refused = await ask(
    "GET",
    `/link/callback?${new URLSearchParams({ state, iss: holder, error: "access_denied" })}`,
  );
  expect(refused.headers.get("Location")).toBe(`${base}/?refused=`);
  state = await begun();
  const given = await handedOver();
  const other = await handedOver();
  replies.push(json({ ...given.body, phr_consent: other.body.phr_consent }));
  expect((await ask("GET", `/link/callback?${new URLSearchParams({ state, iss: holder, code: "c" })}`)).body.code).toBe(
    "binding.mismatch",
  );
});

test("an arrangement never changes hands", async () => {
  await linked();
  session = { person: "vendor-2", id: "session-1", signedInAt: now };
  expect((await linked()).back.body.code).toBe("subject.mismatch");
  expect((await exported()).records).toEqual([]);
});

test("pages of another origin, strangers and old sign-ins do nothing", async () => {
  for (const origin of ["https://evil.example", "null", `${base}.evil.example`]) {
    expect((await ask("POST", "/link", { holder }, { Origin: origin })).body.code).toBe("session.cross-origin");
  }
  expect((await ask("POST", "/link", { holder: "https://other.example" })).body.code).toBe("issuer.untrusted");
  expect((await ask("POST", "/link", { holder }, { "Content-Type": "text/plain" })).status).toBe(415);
  session = { person: "vendor-1", id: "session-1", signedInAt: now - 600 };
  expect((await ask("GET", "/export")).body.code).toBe("session.step-up-required");
  expect((await ask("POST", "/erasure", {})).body.code).toBe("session.step-up-required");
  session = undefined;
  for (const path of ["/export", "/receipts", `/erasure/${sdk.randomId()}`, "/link/callback?state=x"])
    expect((await ask("GET", path)).body.code, path).toBe("session.missing");
  expect(calls).toEqual([]);
});

test("the end that a holder tells stops the use before it is acknowledged, and only once", async () => {
  const { consentId } = await linked();
  const token = await event({ "urn:phr-link:event:consent-withdrawn": about(consentId) });
  expect(await tell(token)).toMatchObject({ status: 202 });
  expect((await exported()).records).toEqual([]);
  expect(await operator.fetchDue()).toBe(0);
  const next = await linked();
  expect(next.back.status).toBe(303);
  // The same event again is acknowledged, and ends nothing of the new consent.
  expect((await tell(token)).status).toBe(202);
  expect((await exported()).records.length).toBe(2);
  expect((await tell(await event({ "urn:phr-link:event:consent-withdrawn": about(consentId) }))).status).toBe(202);
  expect((await exported()).records.length).toBe(2);
});

test("events of others, forged, foreign or about somebody else change nothing", async () => {
  const { consentId } = await linked();
  const ends = { "urn:phr-link:event:consent-withdrawn": about(consentId) };
  const cases = [
    [await event(ends, { claims: { aud: "https://other-phr.example" } }), "audience.mismatch", "invalid_audience"],
    [await event(ends, { signer: keys.anchor }), "key.unknown", "invalid_key"],
    [await event(ends, { signer: keys.other }), "key.issuer-mismatch", "invalid_request"],
    [await event(ends, { signer: keys.operator, claims: { iss: base } }), "issuer.kind-not-allowed", "access_denied"],
    [`${(await event(ends)).slice(0, -4)}AAAA`, "signature.invalid", "authentication_failed"],
    [await event(ends, { claims: { iat: now + 3_600 } }), "grant.issued-in-future", "invalid_request"],
    ["not a token", "token.not-jws", "invalid_request"],
    ["a".repeat(17_000), "token.too-large", "invalid_request"],
  ] as const;
  for (const [token, code, err] of cases) {
    const told = await tell(token);
    expect({ status: told.status, code: told.body.code, err: told.body.err }, code).toEqual({ status: 400, code, err });
    fits("EventError", told.body);
  }
  expect((await ask("POST", "/events", await event(ends), { "Content-Type": "application/jwt" })).status).toBe(400);
  // Another holder may say what it likes of its own people; so may ours of somebody who is not here.
  const foreign = await event(ends, { signer: keys.other, claims: { iss: "https://other.example" } });
  expect((await tell(foreign)).status).toBe(202);
  expect(
    (await tell(await event({ "urn:phr-link:event:consent-withdrawn": about(consentId, { sub: "person-2" }) }))).status,
  ).toBe(202);
  expect((await exported()).records.length).toBe(2);
});

test("a wish to erase leaves records and the consent's words nowhere, and a receipt", async () => {
  const { consentId } = await linked();
  await tell(await event({ "urn:phr-link:event:erase-requested": about(consentId) }));
  const content = await exported();
  expect([content.records, content.consents]).toEqual([[], []]);
  const { receipts } = (await ask("GET", "/receipts")).body;
  expect(receipts[0].claims).toMatchObject({ event: "erasure", items: [], seq: 2 });
  expect(() =>
    sdk.verifyReceipts(
      receipts.map(({ token }: any) => token),
      { keys: [keys.operator.jwk] },
    ),
  ).not.toThrow();
});

test("the person erases categories, an arrangement or everything; what the law keeps is said", async () => {
  await linked();
  const some = await ask("POST", "/erasure", { categories: ["allergy"] });
  expect(some.status).toBe(202);
  fits("Erasure", some.body);
  expect(some.body).toMatchObject({
    state: "done",
    erased: 2,
    kept: [{ what: "receipts", count: 3, reason: "required-by-law" }],
  });
  expect(some.headers.get("Location")).toBe(`${base}/erasure/${some.body.id}`);
  expect((await ask("GET", `/erasure/${some.body.id}`)).body).toEqual(some.body);
  expect((await ask("POST", "/erasure", { arrangement_id: "arrangement-9" })).body.code).toBe("consent.unknown");
  for (const wrong of [{ categories: ["allergies"] }, { categories: "allergy" }, { everything: true }, [], "x"]) {
    expect(
      (
        await ask(
          "POST",
          "/erasure",
          wrong,
          typeof wrong === "string" ? { Origin: base, "Content-Type": "application/json" } : {},
        )
      ).body.code,
    ).toBe("caller.malformed");
  }
  session = { person: "vendor-2", id: "s", signedInAt: now };
  expect(await ask("GET", `/erasure/${some.body.id}`)).toMatchObject({
    status: 404,
    body: (await ask("GET", `/erasure/${sdk.randomId()}`)).body,
  });
});

test("a page that was on its way when the person ended it is dropped", async () => {
  const state = await begun();
  const given = await handedOver();
  replies.push(json(given.body));
  const fetcher = replies;
  const late = event({ "urn:phr-link:event:consent-withdrawn": about(given.consentId) });
  // Between the question and the answer the holder tells of the end.
  fetcher.push({
    headers: new Headers(),
    status: 200,
    json: async () => {
      expect((await tell(await late)).status).toBe(202);
      return bundle("1").json();
    },
  } as unknown as Response);
  await ask("GET", `/link/callback?${new URLSearchParams({ state, iss: holder, code: "c" })}`);
  await Promise.all(background);
  expect((await exported()).records).toEqual([]);
  expect((await ask("GET", "/receipts")).body.receipts).toEqual([]);
});

test("a holder that is away is asked again later, and an ended consent never", async () => {
  const state = await begun();
  const given = await handedOver();
  replies.push(json(given.body), new Response("", { status: 503 }), bundle());
  await ask("GET", `/link/callback?${new URLSearchParams({ state, iss: holder, code: "c" })}`);
  await Promise.all(background);
  const arrangement = async () => (await store.atomically((rows) => rows.get("arrangement", ARRANGEMENT)))?.value;
  expect(await arrangement()).toMatchObject({ failed: 1, dueAt: now + 60, state: "active" });
  expect(await operator.fetchDue()).toBe(0);
  clock += 60;
  replies.push(json({ code: "grant.revoked" }, 403), json({ error: "invalid_grant", code: "consent.withdrawn" }, 400));
  expect(await operator.fetchDue()).toBe(1);
  expect(await arrangement()).toMatchObject({ state: "ended", dueAt: 0, grant: "" });
});

test("what is taken in is what was exported; told twice by one key it is done once", async () => {
  await linked();
  const { body: archive } = await ask("GET", "/export");
  session = { person: "vendor-2", id: "s", signedInAt: now };
  const key = { "Idempotency-Key": "key-1" };
  const first = await ask("POST", "/import", archive, key);
  fits("ImportResult", first.body);
  expect(first.body).toEqual({ records: 2, consents: 1, receipts: 3 });
  expect((await ask("POST", "/import", archive, key)).body).toEqual(first.body);
  expect((await ask("POST", "/import", { manifest: {} }, key)).body.code).toBe("caller.key-reused");
  expect((await ask("GET", "/export")).body.files).toEqual(archive.files);
  session = { person: "vendor-3", id: "s", signedInAt: now };
  const spoilt = structuredClone(archive);
  spoilt.files["consents.txt"] = "a.b.c\n";
  expect((await ask("POST", "/import", spoilt)).body.code).toBe("import.malformed");
  const content = sdk.openArchive(archive);
  const fake = sdk.packArchive({ ...content, consents: ["a.b.c"] }, { operator: base, sub: "x", madeAt: now });
  expect((await ask("POST", "/import", fake)).body).toMatchObject({
    code: "import.malformed",
    path: "/files/consents.txt",
  });
  expect((await exported()).records).toEqual([]);
});

test("bodies are bounded, and a call that was cut off may be made again", async () => {
  expect((await ask("POST", "/link", { holder, more: "x".repeat(70_000) })).status).toBe(413);
  expect(
    (await ask("POST", "/events", "x".repeat(70_000), { "Content-Type": "application/secevent+jwt" })).status,
  ).toBe(413);
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "with a blank" })).body.code).toBe(
    "caller.misuse",
  );
  // The holder is away: nothing was done, and the key is free again.
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "k" })).status).toBe(503);
  replies.push(json({ request_uri: "urn:x:1", expires_in: 90 }, 201));
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "k" })).status).toBe(201);
  const before = calls.length;
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "k" })).status).toBe(201);
  expect(calls.length).toBe(before);
  // A first call that is not answered yet, and one that never was.
  const key = async (at: number) => {
    const id = sdk.s256(JSON.stringify(["vendor-1", "/link", "lost"]));
    await store.atomically((rows) =>
      rows.put({ kind: "call", id, value: { hash: sdk.s256(JSON.stringify({ holder })), at } }),
    );
  };
  await key(now - 10);
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "lost" })).body.code).toBe(
    "caller.key-in-flight",
  );
  await key(now - 600);
  replies.push(json({ request_uri: "urn:x:1", expires_in: 90 }, 201));
  expect((await ask("POST", "/link", { holder }, { "Idempotency-Key": "lost" })).status).toBe(201);
});

test("what was remembered for a while is forgotten, and what may be kept stays", async () => {
  replies.push(json({ request_uri: "urn:x:1", expires_in: 90 }, 201));
  await ask("POST", "/link", { holder }, { "Idempotency-Key": "k" });
  await linked();
  const kinds = ["call", "link", "record"] as const;
  const counts = () =>
    Promise.all(kinds.map(async (kind) => (await store.atomically((rows) => rows.find({ kind }))).length));
  expect(await counts()).toEqual([1, 1, 2]);
  const at = clock;
  for (const [later, left] of [
    [60, [1, 1, 2]],
    [2_400, [1, 0, 2]],
    [86_399, [1, 0, 2]],
    [86_400, [0, 0, 2]],
    [30 * 86_400, [0, 0, 0]],
  ] as const) {
    clock = at + later;
    trustList = await list();
    await operator.fetchDue();
    expect(await counts(), String(later)).toEqual(left);
  }
});

test("the store for tests keeps to the contract of stores", async () => {
  const { contract } = (await import(new URL("../../tests/packaging/store.mjs", import.meta.url).href)) as {
    contract: (store: OperatorStore) => Promise<void>;
  };
  await contract(memoryStore());
});

test("a fault inside tells nothing of itself", async () => {
  session = { person: "vendor-1", id: "s", signedInAt: now };
  trustList = "a.b.c";
  const { status, body } = await ask("GET", "/.well-known/phr-operator");
  expect([status, JSON.stringify(body)]).toEqual([status, expect.not.stringContaining("a.b.c")]);
  const broken = new OperatorHandler({
    base,
    session: async () => Promise.reject(new Error("the password is hunter2")),
  } as unknown as ConstructorParameters<typeof OperatorHandler>[0]);
  const response = await broken.handle(new Request(`${base}/receipts`));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("hunter2");
});
