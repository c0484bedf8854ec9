// The main job, end to end: a holder, an app on another origin, a clinic, and a person.
// Without --headless it serves the pages and waits; with it, a real browser walks through the story,
// every step is checked, and the process exits.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const headless = process.argv.includes("--headless");
const sdk = await import(pathToFileURL(join(root, "js/dist/index.js")).href);

const folder = await mkdtemp(join(tmpdir(), "phr-link-demo-"));
const [holderPort, appPort] = headless ? [await freePort(), await freePort()] : [8787, 8788];
const holder = `http://localhost:${holderPort}`;
const app = `http://localhost:${appPort}`;
let child;
let server;
let handedOver;

try {
  child = await startHolder();
  const clinic = await clinicOf();
  server = await startApp(clinic);
  if (headless) await story(clinic);
  else await wait();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  child?.kill();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
}

async function startHolder() {
  const words = ["serve", "holder", "--listen", `127.0.0.1:${holderPort}`, "--base", holder, "--app", app];
  words.push("--store", join(folder, "holder.db"), "--clinic-key", join(folder, "clinic.key"), "--sdk", join(root, "js/dist"));
  // Its lines about each call are for those who run a service.
  const env = { PHR_LINK_LOG: "warn", ...process.env };
  const started = spawn(process.env.PHR_LINK_BIN ?? "phr-link", words, { stdio: ["ignore", "pipe", "inherit"], env });
  await new Promise((resolve, reject) => {
    started.stdout.once("data", resolve);
    started.once("exit", () => reject(new Error("the holder did not start")));
    started.once("error", reject);
  });
  return started;
}

/** The clinic has a key that the trust list names. */
async function clinicOf() {
  const seed = Buffer.from(await readFile(join(folder, "clinic.key"), "utf8"), "base64url");
  const signer = sdk.seedSigner(new Uint8Array(seed));
  return { id: "https://clinic.example", key: sdk.thumbprint(signer.jwk), signer };
}

/** Serves the app, and plays the clinic that receives what the person hands over. */
function startApp(clinic) {
  const kinds = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".wasm": "application/wasm" };
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ${holder}; base-uri 'none'; frame-ancestors 'none'`;
  const made = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, app);
    const send = (status, kind, body) => {
      response.writeHead(status, { "Content-Type": kind.startsWith("text/") ? `${kind}; charset=utf-8` : kind, "Content-Security-Policy": policy });
      response.end(body);
    };
    if (pathname === "/settings.json") {
      return send(200, "application/json", JSON.stringify({ holder, clinic: { id: clinic.id, key: clinic.key } }));
    }
    if (pathname === "/clinic" && request.method === "POST") {
      return send(200, "application/json", JSON.stringify(await clinicReads(clinic, await body(request))));
    }
    const file = pathname.startsWith("/sdk/")
      ? join(root, "js/dist", pathname.slice(5))
      : join(root, "examples/phr-app", ["/", "/callback"].includes(pathname) ? "index.html" : pathname.slice(1));
    if (file.includes("..")) return send(404, "text/plain", "");
    try {
      return send(200, kinds[extname(file)] ?? "application/octet-stream", await readFile(file));
    } catch {
      return send(404, "text/plain", "not found");
    }
  });
  return new Promise((resolve) => made.listen(appPort, "127.0.0.1", () => resolve(made)));
}

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

async function clinicReads(clinic, { chain, delegation }) {
  handedOver = { chain, delegation };
  const client = new sdk.PhrClient({ holder, clientId: clinic.id, clientName: "", redirectUri: "", signer: clinic.signer });
  const answer = await client.records("allergy", { grant: delegation, parents: chain, purpose: "medication-safety" });
  return answer.outcome === "permit" ? { outcome: "permit", total: answer.bundle.total } : answer;
}

/** The story, step by step, in a real browser. */
async function story(clinic) {
  const { chromium } = createRequire(join(root, "js/package.json"))("playwright-core");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const started = Date.now();
  let page;
  let number = 0;
  const step = (text) => console.log(`${String((number += 1)).padStart(2)}. ${text}`);
  const look = async (page, name) => {
    if (process.env.DEMO_SCREENSHOTS) await page.screenshot({ path: join(process.env.DEMO_SCREENSHOTS, `${name}.png`), fullPage: true });
  };
  try {
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.setDefaultTimeout(15_000);
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(app);
    await page.waitForSelector("html[data-ready=yes]");
    step(`the app at ${app} has made its own key, which cannot be read out`);
    await look(page, "1-app");
    const pushed = page.waitForResponse((answer) => answer.url() === `${holder}/par`);
    await page.click("#link");
    step(`it pushes a signed request to the holder: ${(await pushed).status()} Created`);
    await page.waitForURL(`${holder}/authorize*`);
    await page.click("button[value=taro]");
    await page.waitForSelector("#chosen");
    step(`the person signs in at ${holder} and sees who asks, for what, until when`);
    await look(page, "2-consent");
    assert.equal(await page.locator("input:checked").count(), 0, "nothing is chosen for the person");
    await page.click("#chosen");
    assert.match(await page.textContent("#message"), /選んでください/);
    for (const name of ["allergy", "lab-result", "medication-claims", "self-view", "medication-safety"]) await page.check(`input[name="${name}"]`);
    await page.click("#chosen");
    await page.waitForSelector("#sign");
    step(`a key is made on the holder's origin; the summary to sign has ${await page.locator("#summary dt").count()} lines`);
    await look(page, "3-summary");
    const registered = page.waitForResponse((answer) => answer.url() === `${holder}/consents`);
    await page.click("#sign");
    step(`the consent is signed and registered: ${(await registered).status()}`);
    await page.waitForURL(`${app}/callback`);
    await page.waitForSelector("#linked:not([hidden])");
    const grant = await page.evaluate(() => JSON.parse(sessionStorage.getItem("linked")).grant);
    const seen = sdk.inspect(grant);
    assert.deepEqual(seen.problems, []);
    step(`the app redeems the code with its key and gets a grant of ${seen.bytes} bytes, bound to that key`);
    const read = async (category) => {
      const lines = page.locator("#log > li");
      const before = await lines.count();
      await page.click(`[data-category="${category}"]`);
      await lines.nth(before).waitFor();
      // The newest line comes first.
      const line = lines.first();
      return { kind: await line.getAttribute("data-kind"), text: (await line.evaluate((item) => item.firstChild.textContent)) };
    };
    for (const category of ["allergy", "lab-result", "medication-claims"]) {
      const { kind, text } = await read(category);
      assert.equal(kind, "permit", text);
      step(`GET /records/${category} → permit: ${text}`);
    }
    const refused = await read("disclosed-diagnosis");
    assert.equal(refused.kind, "deny");
    assert.match(refused.text, /scope\.not-granted/);
    step(`GET /records/disclosed-diagnosis → deny: scope.not-granted`);
    await page.click("#delegate");
    await page.getByText("クリニックが見ました").waitFor();
    step(`the person hands a narrower grant to ${clinic.id}; the clinic proves its own key and reads`);
    await look(page, "4-records");
    const wider = await clinicReadsOther(clinic);
    assert.equal(wider.code, "scope.not-granted");
    step("the clinic tries laboratory results with it → deny: scope.not-granted");
    await page.click("#dashboard");
    await page.waitForSelector(".withdraw");
    await page.click("details summary");
    step(`the person sees ${await page.locator("details li").count()} entries of who got what`);
    await look(page, "5-dashboard");
    await page.click(".withdraw");
    const withdrawn = page.waitForResponse((answer) => answer.url().endsWith("/withdraw"));
    await page.click(".yes");
    step(`the person withdraws: ${(await withdrawn).status()}`);
    await page.waitForSelector("[data-state=withdrawn]");
    await page.goto(`${app}/callback`);
    await page.waitForSelector("html[data-ready=yes]");
    const after = await read("allergy");
    assert.match(after.text, /grant\.revoked/);
    step("the app reads again → deny: grant.revoked");
    const clinicAfter = await clinicReads(clinic, handedOver);
    assert.equal(clinicAfter.code, "grant.revoked");
    step("so does the clinic → deny: grant.revoked");
    step(await actsForAChild(browser, look));
    assert.deepEqual(problems, []);
    console.log(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    if (page) await look(page, "failed");
    throw error;
  } finally {
    await browser.close();
  }
}

/** A mother signs in as herself and consents for her child: the consent says who acted, and by which title. */
async function actsForAChild(browser, look) {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(app);
  await page.waitForSelector("html[data-ready=yes]");
  await page.click("#link");
  await page.waitForURL(`${holder}/authorize*`);
  await page.click("button[value=hanako]");
  await page.waitForURL(`${holder}/acting*`);
  await look(page, "6-acting");
  await page.getByText("みらいさんの代理人として").click();
  await page.waitForSelector("#acting");
  assert.match(await page.textContent("#acting"), /法定代理人として手続きします（親権）/);
  await page.click("#all");
  await page.waitForSelector("#sign");
  assert.match(await page.textContent("#summary"), /代理人が同意します/);
  await look(page, "7-agent-summary");
  await page.click("#sign");
  await page.waitForURL(`${app}/callback`);
  await page.waitForSelector("#linked:not([hidden])");
  const grant = await page.evaluate(() => JSON.parse(sessionStorage.getItem("linked")).grant);
  const { claims } = sdk.inspect(grant);
  assert.equal(claims.act.role, "guardian");
  assert.equal(claims.exp - claims.iat, 3_600);
  return "a mother consents for her child: the grant names her title and lives an hour";
}

async function clinicReadsOther(clinic) {
  const client = new sdk.PhrClient({ holder, clientId: clinic.id, clientName: "", redirectUri: "", signer: clinic.signer });
  return client.records("lab-result", { grant: handedOver.delegation, parents: handedOver.chain, purpose: "medication-safety" });
}

async function wait() {
  console.log(`\nOpen ${app} in a browser with WebCrypto Ed25519 (Chrome 137, Firefox 129, Safari 17 or newer).`);
  console.log(`What is shared: ${holder}/consents. All people and records are invented. Ctrl-C ends it.`);
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

function freePort() {
  return new Promise((resolve) => {
    const socket = createSocket();
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
