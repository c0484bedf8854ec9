// The holder and a real OpenID Connect provider, on this machine, with a person who signs in there.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";

const program = process.env.PHR_LINK_BIN ?? "phr-link";
const folder = await mkdtemp(join(tmpdir(), "phr-link-oidc-"));
const port = () => new Promise((resolve) => {
  const socket = createServer().listen(0, "127.0.0.1", () => {
    const { port } = socket.address();
    socket.close(() => resolve(port));
  });
});
const [providerPort, holderPort] = [await port(), await port()];
const issuer = `http://localhost:${providerPort}`;
const holder = `http://localhost:${holderPort}`;
const file = (name) => join(folder, name);
let server;
let child;

try {
  server = await startProvider();
  const desk = (...words) => execFileSync(program, ["desk", "--store", file("holder.db"), "--staff", "desk-7", ...words, "--reference", "card"]);
  desk("person", "taro", "--name", "見本 太郎", "--kana", "ミホン タロウ", "--birth-date", "1961-04-01", "--gender", "male", "--address", "東京都");
  desk("identity", "taro", "--issuer", issuer, "--subject", "account-1");
  child = await startHolder();
  await story();
  console.log("a person signed in by a real provider");
} finally {
  child?.kill();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
}

function startProvider() {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "holder-1", client_secret: "secret of the test", redirect_uris: [`${holder}/login/callback`],
      token_endpoint_auth_method: "client_secret_basic", grant_types: ["authorization_code"], response_types: ["code"],
    }],
    pkce: { required: () => true, methods: ["S256"] },
    cookies: { keys: ["of the test alone"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  return new Promise((resolve) => {
    const made = provider.listen(providerPort, "127.0.0.1", () => resolve(made));
  });
}

async function startHolder() {
  await writeFile(file("secret"), "secret of the test\n");
  await writeFile(file("holder.toml"), `
base = "${holder}"
store = "${file("holder.db")}"
[listen]
address = "127.0.0.1:${holderPort}"
[sign_in]
issuer = "${issuer}"
client_id = "holder-1"
client_secret_file = "${file("secret")}"
`);
  const env = { PHR_LINK_LOG: "warn", ...process.env };
  const started = spawn(program, ["serve", "holder", "--config", file("holder.toml")], { stdio: ["ignore", "pipe", "inherit"], env });
  await new Promise((resolve, reject) => {
    started.stdout.once("data", resolve);
    started.once("exit", () => reject(new Error("the holder did not start")));
  });
  return started;
}

/** A browser: it keeps cookies by origin, and goes where it is sent. */
function browser() {
  const cookies = new Map();
  return async function visit(url, form) {
    const { origin } = new URL(url);
    const jar = cookies.get(origin) ?? new Map();
    cookies.set(origin, jar);
    const headers = { cookie: [...jar].map((pair) => pair.join("=")).join("; ") };
    const options = form ? { method: "POST", body: new URLSearchParams(form), headers } : { headers };
    const answer = await fetch(url, { ...options, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      if (pair.slice(at + 1)) jar.set(pair.slice(0, at), pair.slice(at + 1));
      else jar.delete(pair.slice(0, at));
    }
    const place = answer.headers.get("location");
    if (place) return visit(new URL(place, url).href);
    return { url, status: answer.status, text: await answer.text() };
  };
}

/** Signs in at the provider as an account, and comes back. */
async function signIn(visit, account, start = `${holder}/consents`) {
  let page = await visit(start);
  for (let step = 0; step < 4 && page.url.startsWith(issuer); step += 1) {
    assert.equal(page.status, 200, page.text);
    const [, action] = page.text.match(/action="([^"]+)"/);
    const [, prompt] = page.text.match(/name="prompt" value="([^"]+)"/);
    const form = prompt === "login" ? { prompt, login: account, password: "any" } : { prompt };
    page = await visit(new URL(action, issuer).href, form);
  }
  return page;
}

async function story() {
  const taro = browser();
  const page = await signIn(taro, "account-1");
  assert.equal(page.url, `${holder}/consents`);
  assert.equal(page.status, 200);
  assert.match(page.text, /渡している記録/);
  // A fresh sign-in is asked for again, though the provider knows the person.
  const again = await taro(`${holder}/login/again`);
  assert.ok(again.url.startsWith(issuer), again.url);
  const stranger = await signIn(browser(), "account-2");
  assert.equal(stranger.status, 403);
  assert.match(stranger.text, /登録がない/);
  // An answer without the browser that asked is none.
  const stolen = await browser()(`${holder}/login/callback?code=x&state=y`);
  assert.equal(stolen.status, 401);
}
