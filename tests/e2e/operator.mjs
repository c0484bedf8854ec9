// A vendor's backend in JavaScript on the package's OperatorHandler, with the real holder: link, fetch, be told
// of the end, export, import, erase.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { context } from "./browser.mjs";
import { freePort, listen, open, root } from "./world.mjs";

const sdk = await import(pathToFileURL(join(root, "js/dist/index.js")).href);
const { operatorServer } = await import(pathToFileURL(join(root, "examples/operator-node/server.mjs")).href);

export async function asOperator(browser) {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const world = await open({ operator: base });
  const { holder } = world;
  const seed = Buffer.from(await readFile(world.operatorKey, "utf8"), "base64url");
  let person = "vendor-1";
  // The vendor's own session: here one cookie for everybody.
  const session = async (request) =>
    request.headers.get("Cookie")?.includes("vendor=1") ? { person, id: "session-1", signedInAt: Math.floor(Date.now() / 1000) } : undefined;
  const server = operatorServer({ base, holder, seed: new Uint8Array(seed), session });
  await listen(server, port);
  const own = await context(browser);
  await own.addCookies([{ name: "vendor", value: "1", url: base }]);
  // The vendor's own page.
  await own.route(`${base}/`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>vendor</title>" }));
  try {
    const page = await own.newPage();
    await page.goto(base);
    const call = (path, body, headers = {}) =>
      page.evaluate(
        async ({ path, body, headers }) => {
          const answer = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
          return { status: answer.status, body: await answer.json().catch(() => null) };
        },
        { path, body, headers },
      );
    const link = async () => {
      const begun = await call("/link", { holder });
      assert.equal(begun.status, 201, JSON.stringify(begun.body));
      await page.goto(begun.body.url);
      if (await page.locator("button[value=taro]").count()) await page.click("button[value=taro]");
      await page.waitForSelector("#all");
      await page.click("#all");
      await page.click("#sign");
      await page.waitForURL(`${base}/`);
    };
    await link();
    await until(async () => (await call("/receipts")).body.receipts.length >= 3, "three categories are fetched");
    const first = (await call("/export")).body;
    const content = sdk.openArchive(first);
    assert.ok(content.records.length > 5, `${content.records.length} records`);
    assert.equal(content.consents.length, 1);
    const { keys } = JSON.parse(await (await fetch(`${base}/jwks`)).text());
    const kept = (await call("/receipts")).body.receipts;
    const claims = sdk.verifyReceipts(kept.map(({ token }) => token), { keys });
    assert.ok(claims.every(({ event }) => event === "acquisition"));
    // The holder's own receipts have the same numbers: both sides can be compared.
    await page.goto(`${holder}/consents`);
    const told = await page.evaluate(async () => (await (await fetch("/receipts", { headers: { Accept: "application/json" } })).json()).receipts.map(({ claims }) => claims.exchange_id));
    assert.ok(claims.every(({ exchange_id: id }) => told.includes(id)), "each acquisition has its provision");

    // The person withdraws at the holder and wants everything erased: the event does it.
    await page.waitForSelector(".withdraw");
    await page.click(".withdraw");
    await page.check("input[value=true]");
    await page.click(".yes");
    await page.waitForSelector("[data-state=withdrawn]");
    await page.goto(base);
    await until(async () => sdk.openArchive((await call("/export")).body).records.length === 0, "the event erases what was fetched");
    const erased = (await call("/receipts")).body.receipts[0].claims;
    assert.equal(erased.event, "erasure");

    // Linked anew, taken along to another account, erased there by the person.
    await link();
    await until(async () => sdk.openArchive((await call("/export")).body).records.length > 5, "records are fetched anew");
    const archive = (await call("/export")).body;
    person = "vendor-2";
    const spoilt = structuredClone(archive);
    spoilt.files["records/allergy.ndjson"] += "{}\n";
    assert.deepEqual([(await call("/import", spoilt)).body.code, sdk.openArchive((await call("/export")).body).records.length], ["import.malformed", 0]);
    const taken = await call("/import", archive, { "Idempotency-Key": "once" });
    assert.equal(taken.body.records, sdk.openArchive(archive).records.length);
    assert.deepEqual((await call("/import", archive, { "Idempotency-Key": "once" })).body, taken.body);
    const again = (await call("/export")).body;
    assert.deepEqual(again.files, archive.files, "import(export(x)) = x");
    const asked = await call("/erasure", {});
    assert.equal(asked.status, 202);
    assert.equal(asked.body.erased, taken.body.records);
    assert.deepEqual(sdk.openArchive((await call("/export")).body).records, []);
    person = "vendor-1";
    const stranger = await call(`/erasure/${asked.body.id}`);
    assert.deepEqual(stranger, await call(`/erasure/${sdk.randomId()}`), "another's is what there is not");
    assert.deepEqual(own.problems, []);
    return `a backend of ${base} on OperatorHandler: linked, fetched ${content.records.length} records with receipts that pair, was told of the end, erased, imported`;
  } finally {
    await own.close();
    server.closeAllConnections();
    server.close();
    await world.close();
  }
}

async function until(is, what) {
  for (let at = 0; at < 100; at += 1) {
    if (await is()) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`not within 15 seconds: ${what}`);
}
