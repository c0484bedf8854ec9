// The engine in Node against bare signature checks and the stock library jose, as ratios of one
// interleaved run. Absolute times depend on the machine; nothing passes or fails here.
//
//   cargo xtask bench
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, verify as nodeVerify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sdk = await import(pathToFileURL(join(root, "js/dist/index.js")).href);
const { importJWK, jwtVerify } = await import(
  pathToFileURL(createRequire(join(root, "tests/interop/package.json")).resolve("jose")).href
);
const vector = (name) => JSON.parse(readFileSync(join(root, "tests/vectors", `${name}.json`), "utf8")).input;

const single = vector("kinds/token-grant");
const whole = vector("header/control");
const chain = vector("chain/control-twice");
const { op: _, ...decideInput } = whole;
const { op: __, ...chainInput } = chain;
const [header, payload, signature] = single.token.split(".");
const kid = JSON.parse(Buffer.from(header, "base64url")).kid;
const jwk = single.jwks.keys.find((key) => sdk.thumbprint(key) === kid);
const message = Buffer.from(`${header}.${payload}`);
const raw = Buffer.from(signature, "base64url");
const nodeKey = createPublicKey({ key: jwk, format: "jwk" });
const webKey = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
const joseKey = await importJWK(jwk, "EdDSA");
const options = { algorithms: ["EdDSA"], audience: "https://holder.example", currentDate: new Date(single.now * 1000) };
const signer = sdk.seedSigner(new Uint8Array(32).fill(7));
const web = await sdk.webCryptoSigner();
const bytes = new Uint8Array(message);

const jobs = [
  ["node:crypto verify, sync", () => assert(nodeVerify(null, message, nodeKey, raw))],
  ["WebCrypto verify", async () => assert(await crypto.subtle.verify("Ed25519", webKey, raw, message))],
  ["jose jwtVerify", () => jwtVerify(single.token, joseKey, options)],
  ["engine: the signature alone", () => assert(sdk.tryVerifySignature({ jwk, message: bytes, signature: raw }).ok)],
  ["engine: one grant to plain data", () => sdk.verify(single.token, { kind: "phr-grant+jwt", jwks: single.jwks, now: single.now })],
  ["engine: decide, grant + proof, lists read anew", () => assert.equal(sdk.decide(decideInput).outcome, "permit")],
  ["engine: decide, grant + 2 delegations + proof", () => assert.equal(sdk.decide(chainInput).outcome, "permit")],
  ["sign, WebCrypto", () => web.sign(bytes)],
  ["sign, in the engine", () => signer.sign(bytes)],
];
const ROUNDS = 300;
const times = jobs.map(() => []);
for (let round = -30; round < ROUNDS; round += 1) {
  for (const [at, [, run]] of jobs.entries()) {
    const started = process.hrtime.bigint();
    await run();
    if (round >= 0) times[at].push(Number(process.hrtime.bigint() - started) / 1_000);
  }
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = times.map(median);
console.log(`${"".padEnd(50)}${"µs".padStart(9)}${"/node".padStart(8)}`);
for (const [at, [name]] of jobs.entries()) {
  console.log(`${name.padEnd(50)}${medians[at].toFixed(1).padStart(9)}${(medians[at] / medians[0]).toFixed(2).padStart(8)}`);
}

// Compile, instantiate and decide once, in fresh processes.
const first = `
  const started = performance.now();
  const sdk = await import(${JSON.stringify(pathToFileURL(join(root, "js/dist/index.js")).href)});
  const loaded = performance.now();
  const decided = sdk.decide(JSON.parse(process.argv[1])).outcome;
  console.log(JSON.stringify([decided, loaded - started, performance.now() - loaded]));`;
const runs = Array.from({ length: 20 }, () =>
  JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", first, JSON.stringify(decideInput)]).toString()),
);
assert(runs.every(([outcome]) => outcome === "permit"));
console.log(`import ${median(runs.map((run) => run[1])).toFixed(1)} ms, then the first verdict ${median(runs.map((run) => run[2])).toFixed(1)} ms (medians of ${runs.length} fresh processes)`);
