// The stock library jose reads our tokens, and we read its.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CompactSign, UnsecuredJWT, generateKeyPair, importJWK, jwtVerify } from "jose";

const vectors = fileURLToPath(new URL("../vectors", import.meta.url));
const binary = process.env.PHR_LINK_BIN;
const NOW = 1_795_000_000;
const holder = "https://holder.example";
const algorithms = ["EdDSA", "Ed25519"];
const folder = mkdtempSync(join(tmpdir(), "phr-link-jose-"));
after(() => rmSync(folder, { recursive: true }));

const kinds = {
  "client assertion": ["kinds/token-client-assertion", ["token"]],
  consent: ["consent/control", ["consent"]],
  delegation: ["kinds/token-delegation", ["token"]],
  "emergency statement": ["kinds/token-emergency", ["token"]],
  grant: ["kinds/token-grant", ["token"]],
  "key statement": ["kinds/token-key-statement", ["token"]],
  mark: ["kinds/token-mark", ["token"]],
  "mark delegation": ["kinds/token-mark-delegation", ["token"]],
  proof: ["kinds/token-proof", ["token"]],
  receipt: ["kinds/token-receipt", ["token"]],
  request: ["kinds/token-request", ["token"]],
  "status list": ["kinds/token-status-list", ["token"]],
  "trust list": ["consent/control", ["trust", "trust_list"]],
};

const s256 = (text) => createHash("sha256").update(text).digest("base64url");
const vector = (name) => JSON.parse(readFileSync(join(vectors, `${name}.json`), "utf8"));
const sample = ([name, path]) => path.reduce((found, step) => found[step], vector(name).input);

function parts(token) {
  const [header, payload] = token.split(".");
  return [header, payload].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
}

/** A key of the vectors, by its name: the seed is the hash of a fixed text. */
function keyOf(name) {
  const seed = createHash("sha256").update(`phr-link test key ${name}`).digest();
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const { x } = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  const kid = s256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`);
  return { jwk, kid, seed, own: (alg) => importJWK({ ...jwk, d: seed.toString("base64url") }, alg) };
}

function ask(call) {
  const { decision, code } = JSON.parse(execFileSync(binary, ["adapter"], { input: JSON.stringify(call) }).toString());
  return [decision, code];
}

function signedByUs(typ, claims, name) {
  writeFileSync(join(folder, "key"), keyOf(name).seed.toString("base64url"));
  writeFileSync(join(folder, "claims"), JSON.stringify(claims));
  return execFileSync(binary, ["sign", typ, "claims", "--key", "key"], { cwd: folder }).toString().trim();
}

async function signed(header, claims, key) {
  const bytes = new TextEncoder().encode(typeof claims === "string" ? claims : JSON.stringify(claims));
  return new CompactSign(bytes).setProtectedHeader(header).sign(await key.own(header.alg));
}

for (const [kind, place] of Object.entries(kinds)) {
  const [header, claims] = parts(sample(place));
  const typ = header.typ ?? "client-authentication+jwt";

  test(`jose reads our ${kind}`, async () => {
    const token = signedByUs(typ, claims, "holder");
    const wanted = { algorithms, typ, currentDate: new Date(NOW * 1000), ...(claims.aud && { audience: claims.aud }), ...(claims.iss && { issuer: claims.iss }) };
    const verify = (text, name, more) => importJWK(keyOf(name).jwk, "EdDSA").then((key) => jwtVerify(text, key, { ...wanted, ...more }));
    assert.deepEqual((await verify(token, "holder")).payload, claims);
    await assert.rejects(verify(token, "another"));
    await assert.rejects(verify(token, "holder", { typ: "other+jwt" }));
    await assert.rejects(verify(token, "holder", { issuer: "https://elsewhere.example" }));
    if (claims.aud) await assert.rejects(verify(token, "holder", { audience: "https://elsewhere.example" }));
    if (claims.exp) await assert.rejects(verify(token, "holder", { currentDate: new Date(claims.exp * 1000) }));
    const [start, payload, signature] = token.split(".");
    await assert.rejects(verify(`${start}.${payload.slice(0, -2)}.${signature}`, "holder"));
  });

  test(`we read jose's ${kind}`, async () => {
    const key = keyOf("library");
    for (const alg of algorithms) {
      const token = await signed({ alg, typ, ...("jwk" in header ? { jwk: key.jwk } : { kid: key.kid }) }, claims, key);
      const call = { op: "token", typ, token, now: NOW, jwks: { keys: [key.jwk] } };
      assert.deepEqual(ask(call), ["accept", null]);
      if (!("jwk" in header)) {
        assert.deepEqual(ask({ ...call, jwks: { keys: [keyOf("another").jwk] } }), ["reject", "key.unknown"]);
      }
    }
  });
}

async function request(alg, change = {}) {
  const call = vector("header/control").input;
  const [, grant] = parts(call.authorization.slice("DPoP ".length));
  const [, proof] = parts(call.proof);
  const [signer, own] = [keyOf("holder"), keyOf("operator proof")];
  const leaf = await signed({ alg, typ: "phr-grant+jwt", kid: signer.kid }, { ...grant, ...change }, signer);
  const shown = await signed({ alg, typ: "dpop+jwt", jwk: own.jwk }, { ...proof, ath: s256(leaf) }, own);
  return { ...call, authorization: `DPoP ${leaf}`, proof: shown };
}

test("a request that jose signed is permitted, and refused where one thing is wrong", async () => {
  for (const alg of algorithms) {
    assert.deepEqual(ask(await request(alg)), ["permit", null]);
    assert.deepEqual(ask(await request(alg, { exp: NOW })), ["deny", "grant.expired"]);
    assert.deepEqual(ask(await request(alg, { aud: "https://elsewhere.example" })), ["deny", "audience.mismatch"]);
  }
});

test("other algorithms of jose are refused", async () => {
  const [, claims] = parts(sample(kinds.grant));
  const call = { op: "token", typ: "phr-grant+jwt", now: NOW, jwks: { keys: [keyOf("library").jwk] } };
  const { privateKey } = await generateKeyPair("ES256");
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  const header = { alg: "ES256", typ: "phr-grant+jwt", kid: keyOf("library").kid };
  const elliptic = await new CompactSign(payload).setProtectedHeader(header).sign(privateKey);
  assert.deepEqual(ask({ ...call, token: elliptic }), ["reject", "header.alg-not-allowed"]);
  const secret = new TextEncoder().encode(keyOf("library").jwk.x);
  const symmetric = await new CompactSign(payload).setProtectedHeader({ ...header, alg: "HS256" }).sign(secret);
  assert.deepEqual(ask({ ...call, token: symmetric }), ["reject", "header.alg-not-allowed"]);
  assert.equal(ask({ ...call, token: new UnsecuredJWT(claims).encode() })[0], "reject");
});

test("jose alone is not enough: it sees no duplicate member and no status", async () => {
  const key = keyOf("holder");
  const [, claims] = parts(sample(kinds.grant));
  const twice = JSON.stringify(claims).replace('"sub":', '"sub":"somebody-else","sub":');
  const token = await signed({ alg: "EdDSA", typ: "phr-grant+jwt", kid: key.kid }, twice, key);
  const options = { algorithms, typ: "phr-grant+jwt", audience: holder, currentDate: new Date(NOW * 1000) };
  assert.equal((await jwtVerify(token, await importJWK(key.jwk, "EdDSA"), options)).payload.sub, claims.sub);
  const call = { op: "token", typ: "phr-grant+jwt", token, now: NOW, jwks: { keys: [key.jwk] } };
  assert.deepEqual(ask(call), ["reject", "token.duplicate-member"]);
  const status = { status_list: { idx: 9, uri: `${holder}/status/1` } };
  assert.deepEqual(ask(await request("EdDSA", { status })), ["deny", "grant.revoked"]);
});
