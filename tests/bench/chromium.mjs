// The package in Chromium beside bare WebCrypto and the stock library jose, as ratios of one interleaved run.
// Nothing passes or fails here.
//
//   CHROMIUM=/path node tests/bench/chromium.mjs
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { build } = createRequire(join(root, "js/package.json"))("esbuild");
const { chromium } = createRequire(join(root, "js/package.json"))("playwright-core");
const vector = (name) => JSON.parse(readFileSync(join(root, "tests/vectors", `${name}.json`), "utf8")).input;
const FRESH_PAGES = 20;

const bundled = await build({
  stdin: {
    contents: `
      const started = performance.now();
      import * as sdk from "./js/dist/index.js";
      import { jwtVerify, importJWK } from "jose";
      window.parsed = performance.now() - started;
      Object.assign(window, { sdk, jwtVerify, importJWK });
    `,
    resolveDir: root,
  },
  nodePaths: [join(root, "tests/interop/node_modules")],
  platform: "browser",
  bundle: true,
  format: "esm",
  write: false,
  minify: true,
  logLevel: "error",
});
const script = bundled.outputFiles[0].text;
const server = createServer((request, response) => {
  if (request.url === "/page.js") return response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
  response.writeHead(200, { "Content-Type": "text/html" }).end('<!doctype html><script type="module" src="/page.js"></script>');
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const median = (numbers) => numbers.sort((one, other) => one - other)[numbers.length >> 1];
try {
  const { op: _, ...decision } = vector("header/control");
  const given = { grant: vector("kinds/token-grant"), decision };
  const firsts = [];
  for (let at = 0; at < FRESH_PAGES; at += 1) {
    const page = await browser.newPage();
    await page.goto(address);
    await page.waitForFunction(() => "sdk" in window);
    firsts.push(
      await page.evaluate((decision) => {
        const before = performance.now();
        if (sdk.decide(decision).outcome !== "permit") throw new Error("no permit");
        return performance.now() - before;
      }, decision),
    );
    await page.close();
  }
  console.log(`first decision of a fresh page, the engine made: median of ${FRESH_PAGES}: ${median(firsts).toFixed(0)} ms`);
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForFunction(() => "sdk" in window);
  const times = await page.evaluate(measure, given);
  const [base] = Object.values(times);
  for (const [name, time] of Object.entries(times)) console.log(`${(time / base).toFixed(2).padStart(6)} × ${name}`);
} finally {
  await browser.close();
  server.close();
}

/** Medians of interleaved rounds, in milliseconds; in the page. */
async function measure({ grant, decision }) {
  const { token, jwks, audience, now, typ } = grant;
  const [header, payload, signature] = token.split(".");
  const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const kid = JSON.parse(atob(header)).kid;
  const jwk = jwks.keys.find((key) => sdk.thumbprint(key) === kid);
  const message = new TextEncoder().encode(`${header}.${payload}`);
  const raw = decode(signature);
  const webKey = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
  const joseKey = await importJWK(jwk, "EdDSA");
  const signer = await sdk.webCryptoSigner();
  const proof = { method: "GET", url: "https://holder.example/records/allergy", token };
  const jobs = {
    "WebCrypto verify": () => crypto.subtle.verify("Ed25519", webKey, raw, message),
    "jose jwtVerify": () => jwtVerify(token, joseKey, { algorithms: ["EdDSA", "Ed25519"], audience, currentDate: new Date(now * 1000) }),
    "sdk verify, one token to claims": async () => sdk.verify(token, { kind: typ, jwks, audience, now }),
    "sdk decide, grant and proof": async () => sdk.decide(decision),
    "WebCrypto sign": () => crypto.subtle.sign("Ed25519", signer.pair.privateKey, message),
    "sdk proof, checked and signed": () => sdk.dpopProof(proof, signer),
  };
  const times = Object.fromEntries(Object.keys(jobs).map((name) => [name, []]));
  // A browser shows its clock in steps of 0.1 ms: each round does a job often enough for that.
  const OFTEN = 25;
  for (let round = 0; round < 80; round += 1) {
    for (const [name, job] of Object.entries(jobs)) {
      const before = performance.now();
      for (let at = 0; at < OFTEN; at += 1) await job();
      // The first rounds warm up.
      if (round >= 20) times[name].push((performance.now() - before) / OFTEN);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, list.sort((one, other) => one - other)[list.length >> 1]]));
}
