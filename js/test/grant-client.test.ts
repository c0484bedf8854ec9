// What the client sends and how it reads answers; the whole story with the real holder is tests/e2e.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type ConsentError,
  inspect,
  isConsentError,
  GrantClient,
  s256,
  seedSigner,
  tryVerify,
  type Detail,
} from "../dist/index.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly form: URLSearchParams;
}

type Reply = { status?: number; headers?: Record<string, string>; body: string };

let server: Server;
let base: string;
let seen: Seen[];
let replies: Reply[];

beforeEach(async () => {
  seen = [];
  replies = [];
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      form: new URLSearchParams(text),
    });
    const reply = replies.shift() ?? { status: 500, body: "" };
    response.writeHead(reply.status ?? 200, { "Content-Type": "application/json", ...reply.headers });
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://localhost:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const signer = seedSigner(new Uint8Array(32).fill(5));
const client = () =>
  new GrantClient({
    holder: base,
    clientId: "https://app.example",
    clientName: "見本",
    redirectUri: "https://app.example/callback",
    signer,
  });
const detail: Detail = {
  type: "phr-records",
  actions: ["read"],
  datatypes: ["allergy"],
  datatypes_ver: "2026.1",
  period: { from: null, to: null },
  purposes: ["self-view"],
  handling: "view",
  frequency: "once",
  retention: { days: 0 },
  on_end: "erase",
  onward: { to: [], roles: [] },
  deident: "none",
  exclude: [],
};
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const at = (index: number): Seen => {
  const found = seen[index];
  if (found === undefined) throw new Error(`no request ${index}`);
  return found;
};

test("begins with a signed request and keeps the secret half of PKCE", async () => {
  replies.push(json({ request_uri: "urn:x:1", expires_in: 60 }, 201));
  const notice = { uri: "https://app.example/notice", text: "notice" };
  const { url, state, verifier } = await client().begin({ details: [detail], notice });
  const request = at(0).form.get("request") ?? "";
  const checked = tryVerify(request, { kind: "oauth-authz-req+jwt" });
  expect(checked).toMatchObject({
    ok: true,
    claims: { state, code_challenge: s256(verifier), notice_s256: s256("notice"), aud: base },
  });
  expect(new URL(url).searchParams.get("request_uri")).toBe("urn:x:1");
  expect(url).not.toContain(verifier);
});

const token = json({
  access_token: "g",
  phr_consent: "c",
  phr_receipt: "r",
  expires_in: 60,
  authorization_details: [detail],
});
const kept = { state: "state", verifier: "v".repeat(43) };
const callback = (query: Record<string, string>) =>
  new URL(`https://app.example/callback?${new URLSearchParams({ state: "state", iss: base, ...query }).toString()}`);

test("redeems a code with a proof, and again with the nonce that is asked for", async () => {
  const nonce = "n".repeat(22);
  replies.push(json({ error: "use_dpop_nonce" }, 400, { "DPoP-Nonce": nonce }), token);
  const linked = await client().finish(callback({ code: "code" }), kept);
  expect(linked).toMatchObject({ grant: "g", consent: "c" });
  expect(linked.expiresAt - Date.now() / 1000).toBeGreaterThan(55);
  expect(seen.length).toBe(2);
  const proof = (index: number) => inspect(String(at(index).headers["dpop"])).claims;
  expect(proof(0)?.["nonce"]).toBeUndefined();
  expect(proof(1)).toMatchObject({ nonce, htm: "POST", htu: `${base}/token` });
  expect(proof(0)?.["jti"]).not.toBe(proof(1)?.["jti"]);
  expect(at(1).form.get("code_verifier")).toBe(kept.verifier);
});

test("believes no answer that is not to its request", async () => {
  for (const query of [
    { state: "other", code: "c" },
    { iss: "https://evil.example", code: "c" },
  ]) {
    await expect(client().finish(callback(query), kept)).rejects.toSatisfy((error) =>
      isConsentError(error, "consent.transaction"),
    );
  }
  await expect(client().finish(callback({ error: "access_denied" }), kept)).rejects.toSatisfy((error) =>
    isConsentError(error, "consent.denied"),
  );
  expect(seen).toEqual([]);
});

test("names the code of a refusal, and says when an answer is no answer", async () => {
  replies.push(
    json({ error: "invalid_grant", code: "consent.expired", error_description: "it ended", hint: "ask again" }, 400),
  );
  await expect(client().renew({ consent: "consent" })).rejects.toMatchObject({
    code: "consent.expired",
    hint: "ask again",
  });
  expect(at(0).form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:token-exchange");
  replies.push({ status: 502, body: "<html>bad gateway</html>" });
  await expect(client().renew({ consent: "consent" })).rejects.toMatchObject({ code: "holder.unreachable" });
});

test("reads records with a proof of this request", async () => {
  replies.push(json({ resourceType: "Bundle", total: 0 }));
  const answer = await client().page("allergy", {
    grant: "a.b.c",
    purpose: "self-view",
    from: "2026-01-01",
    to: "2026-06-30",
  });
  expect(answer).toEqual({ outcome: "permit", result: "empty", records: [], total: 0 });
  const request = at(0);
  expect(request.path).toBe("/records/allergy?from=2026-01-01&to=2026-06-30");
  expect(request.headers["authorization"]).toBe("DPoP a.b.c");
  expect(inspect(String(request.headers["dpop"])).claims).toMatchObject({
    htu: `${base}/records/allergy`,
    ath: s256("a.b.c"),
    phr_pur: "self-view",
  });
});

test("a refusal of records is a value, in both languages", async () => {
  const ja = { title: "許されていない", hint: "本人に求める" };
  replies.push(json({ code: "scope.not-granted", title: "not granted", hint: "ask", ja }, 403));
  const parents = ["a.b.c", "d.e.f"];
  const answer = await client().page("allergy", { grant: "g.h.i", parents });
  expect(answer).toEqual({
    outcome: "deny",
    status: 403,
    code: "scope.not-granted",
    title: "not granted",
    hint: "ask",
    ja,
  });
  expect(at(0).headers["phr-chain"]).toBe("a.b.c,d.e.f");
  replies.push({ status: 503, body: "down" });
  expect(await client().page("allergy", { grant: "g.h.i" })).toMatchObject({
    outcome: "deny",
    status: 503,
    code: "holder.unreachable",
  });
});

test("proves again with the nonce that a resource server asks for, once", async () => {
  const nonce = "m".repeat(22);
  const asks = json({ code: "proof.nonce-required", title: "nonce" }, 401, { "DPoP-Nonce": nonce });
  replies.push(asks, json({ resourceType: "Bundle", total: 1 }));
  expect(await client().page("allergy", { grant: "a.b.c" })).toMatchObject({ outcome: "permit" });
  expect(inspect(String(at(1).headers["dpop"])).claims).toMatchObject({ nonce });
  replies.push(asks, asks);
  expect(await client().page("allergy", { grant: "a.b.c" })).toMatchObject({ code: "proof.nonce-required" });
  // The same nonce again teaches nothing: it is not tried for ever.
  expect(seen.length).toBe(4);
});

test("follows the holder's clock where this machine's is wrong, and does not go round in circles", async () => {
  const date = new Date(Date.now() + 7_200_000).toUTCString();
  const stale = json({ code: "proof.stale", title: "stale" }, 401, { Date: date });
  const reading = client();
  replies.push(stale, json({ resourceType: "Bundle", total: 0 }));
  expect(await reading.page("allergy", { grant: "a.b.c" })).toMatchObject({ outcome: "permit" });
  const made = (index: number) => Number(inspect(String(at(index).headers["dpop"])).claims?.["iat"]);
  expect(Math.abs(made(1) - made(0) - 7_200)).toBeLessThan(5);
  replies.push(stale, json({ resourceType: "Bundle", total: 0 }));
  expect(await reading.page("allergy", { grant: "a.b.c" })).toMatchObject({ code: "proof.stale" });
  expect(seen.length).toBe(3);
});

const bundle = (ids: readonly string[], next?: string) =>
  json({
    resourceType: "Bundle",
    total: 3,
    link: next === undefined ? [] : [{ relation: "next", url: next }],
    entry: ids.map((id) => ({ resource: { resourceType: "AllergyIntolerance", id } })),
  });

test("reads page after page, and takes of the next address only its cursor", async () => {
  replies.push(bundle(["1", "2"], "https://evil.example/records/lab-result?cursor=c1"), bundle(["3"]));
  const ids: (string | undefined)[] = [];
  for await (const record of client().records("allergy", { grant: "a.b.c", from: "2026-01-01" })) ids.push(record.id);
  expect(ids).toEqual(["1", "2", "3"]);
  expect(at(1).path).toBe("/records/allergy?from=2026-01-01&cursor=c1");
});

test("a refusal between two pages is thrown, with what was said", async () => {
  const ja = { title: "終わった", hint: "求める" };
  replies.push(
    bundle(["1"], `${base}/x?cursor=c`),
    json({ code: "grant.revoked", title: "ended", hint: "ask", ja }, 403),
  );
  const ids: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const record of client().records("allergy", { grant: "a.b.c" })) ids.push(record.id);
  })();
  await expect(reading).rejects.toMatchObject({ code: "grant.revoked", ja });
  expect(ids).toEqual(["1"]);
});

const retrieval = (state: string, more: object = {}) =>
  json({ id: "r1", state, category: "allergy", ...more }, 200, { "Retry-After": "0" });

test("waits for a retrieval, tells each change once, and gives the records", async () => {
  replies.push(retrieval("created"), retrieval("awaiting-user", { user_url: "https://source.example" }));
  replies.push(retrieval("pending"), retrieval("pending"), retrieval("succeeded"), bundle(["1"]));
  const told: string[] = [];
  const { records } = await client().retrieve("allergy", {
    grant: "a.b.c",
    to: "2026-01-01",
    onProgress: ({ state, user_url: url }) => told.push(url ?? state),
  });
  expect(records).toHaveLength(1);
  expect(told).toEqual(["created", "https://source.example", "pending", "succeeded"]);
  expect(seen.map(({ path }) => path)).toEqual([
    "/retrievals",
    ...Array(4).fill("/retrievals/r1"),
    "/retrievals/r1/records",
  ]);
});

test("a retrieval that came to nothing says so, and one that is aborted is taken up again", async () => {
  replies.push(retrieval("failed", { outcome: "source-unavailable" }));
  expect(await client().retrieve("allergy", { grant: "a.b.c" })).toMatchObject({
    retrieval: { outcome: "source-unavailable" },
    records: [],
  });
  const stop = new AbortController();
  replies.push({ ...retrieval("pending"), headers: { "Retry-After": "600" } });
  const waiting = client().retrieve("allergy", {
    grant: "a.b.c",
    signal: stop.signal,
    onProgress: () => stop.abort("left"),
  });
  await expect(waiting).rejects.toBe("left");
  replies.push(retrieval("succeeded"), bundle([]));
  await client().retrieve("allergy", { grant: "a.b.c", resume: "r1" });
  expect(at(2)).toMatchObject({ method: "GET", path: "/retrievals/r1" });
});

test("a grant that lasts is kept, one that ends is renewed", async () => {
  const at = Math.floor(Date.now() / 1000);
  const link = { grant: "g", consent: "c", receipt: "r", details: [detail], expiresAt: at + 600 };
  expect(await client().fresh(link)).toBe(link);
  replies.push({ ...token, body: token.body.replace('"g"', '"g2"') });
  expect(await client().fresh({ ...link, expiresAt: at + 10 })).toMatchObject({ grant: "g2" });
});

test("a holder that is not there is a code, with words for people", async () => {
  const alone = new GrantClient({
    holder: "http://localhost:1",
    clientId: "x",
    clientName: "",
    redirectUri: "",
    signer,
  });
  const error = await alone.page("allergy", { grant: "a.b.c" }).catch((error: unknown) => error);
  expect(isConsentError(error, "holder.unreachable")).toBe(true);
  expect((error as ConsentError).say("ja")).toMatch(/答えがありません/);
});
