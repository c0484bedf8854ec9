// The token inspector: what is wrong comes first, nothing is believed, and nothing is sent anywhere.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { context, look, lookNarrow } from "./browser.mjs";
import { root } from "./world.mjs";

const vector = async (name) => JSON.parse(await readFile(join(root, "tests/vectors", `${name}.json`), "utf8")).input;
const PAGE = '<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>inspector</title><script type="module" src="/sdk/elements/define.js"></script><main><h1>inspector</h1><phr-token></phr-token></main>';

export async function inspected({ holder }, browser) {
  const own = await context(browser);
  await own.route(`${holder}/inspector`, (route) => route.fulfill({ contentType: "text/html", body: PAGE }));
  const page = await own.newPage();
  await page.goto(`${holder}/inspector`);
  await page.waitForSelector("phr-token textarea");
  const sent = [];
  page.on("request", (request) => sent.push(request.url()));
  const put = async (token) => {
    await page.fill("phr-token textarea", token);
    await page.click("phr-token button");
    await page.waitForSelector("phr-token article");
  };
  const { consent: token } = await vector("consent/control");
  await put(token);
  assert.equal(await page.textContent("phr-token h2"), "同意");
  assert.match(await page.textContent("phr-token article"), /署名はまだ確かめていません/);
  assert.match(await page.textContent("phr-token article"), /20\d\d年\d+月\d+日/, "times can be read");
  await look(page, "inspector");
  await lookNarrow(page, "inspector");
  await put("a.b.c");
  assert.equal(await page.locator("phr-token .alert").count() > 0, true);
  await look(page, "inspector-fault");
  await put("<img src=x onerror=alert(1)>");
  assert.equal(await page.locator("phr-token img").count(), 0);
  await page.evaluate(() => (document.querySelector("phr-token").lang = "en"));
  assert.match(await page.textContent("phr-token article"), /Problems that show/);
  assert.deepEqual(sent, [], "nothing is sent");
  assert.deepEqual(own.problems, []);
  await own.close();
  return "the inspector says what a token is and what is wrong with it; nothing is sent";
}
