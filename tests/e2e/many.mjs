// 50,000 observations and 1,000 consents: lists are drawn and scrolled as fast as the screen shows them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { context } from "./browser.mjs";
import { root } from "./world.mjs";

const OBSERVATIONS = 50_000;
const CONSENTS = 1_000;

export async function many({ app, holder }, browser) {
  const own = await context(browser);
  const page = await own.newPage();
  await page.goto(app);
  await page.waitForSelector("html[data-ready=yes]");
  await page.evaluate(
    (count) =>
      new Promise((resolve) => {
        indexedDB.open("phr-app").onsuccess = ({ target }) => {
          const transaction = target.result.transaction("records", "readwrite");
          for (let at = 0; at < count; at += 1) {
            const effectiveDateTime = new Date(Date.UTC(2000, 0, 1) + at * 17_000_000).toISOString();
            const resource = { resourceType: "Observation", id: `many-${at}`, code: { text: "体重" }, effectiveDateTime, valueQuantity: { value: 60 + (at % 50) / 10, unit: "kg" }, performer: [{ display: "本人が測定" }] };
            transaction.objectStore("records").put({ category: "lifelog", resource }, `lifelog Observation/many-${at}`);
          }
          transaction.oncomplete = resolve;
        };
      }),
    OBSERVATIONS,
  );
  await page.goto(`${app}/#/data`);
  await page.waitForSelector("#export");
  const drawn = await page.evaluate(async () => {
    const before = performance.now();
    location.hash = "#/";
    while (document.querySelector(".window-rows > li") === null) await new Promise(requestAnimationFrame);
    return performance.now() - before;
  });
  const list = await page.evaluate(scrolled, ".window");
  assert.ok(list.rows < 60, `${list.rows} rows are in the page`);
  await page.goto(`${app}/#/values`);
  await page.waitForSelector(".plot canvas");
  await own.close();

  // The dashboard element, on a page of the holder's origin that nobody has to be signed in for.
  const board = await context(browser);
  const other = await board.newPage();
  await board.route(`${holder}/many`, (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><html lang="en"><title>many</title><phr-sharing></phr-sharing>' }));
  await board.route(`${holder}/sdk/**`, async (route) => route.fulfill({ contentType: "text/javascript", body: await readFile(join(root, "js/dist", new URL(route.request().url()).pathname.slice(5))) }));
  await other.goto(`${holder}/many`);
  const shown = await other.evaluate(
    async ({ count, define }) => {
      await import(define);
      const detail = { datatypes: ["allergy"], purposes: ["self-view"] };
      const recipient = { id: "https://app.example", name: "見本", "name#en": "Sample" };
      const consents = Array.from({ length: count }, (_, at) => ({ jti: `many-${at}`, state: "active", recipient, details: [detail], registered_at: "2026-01-01T00:00:00Z", expires_at: "2027-01-01T00:00:00Z", consent: "a.b.c", receipts: [] }));
      const before = performance.now();
      document.querySelector("phr-sharing").data = { consents, is_own: true };
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - before;
    },
    { count: CONSENTS, define: `${holder}/sdk/elements/define.js` },
  );
  const cards = await other.evaluate(scrolled, "html");
  await board.close();
  for (const [name, { slow, frames }] of Object.entries({ list, cards })) {
    assert.ok(frames > 30, `${name}: ${frames} frames`);
    // One frame in ten may be late on a machine that does other things, too.
    assert.ok(slow <= frames / 10, `${name}: ${slow} of ${frames} frames took longer than 50 ms`);
  }
  assert.deepEqual([...own.problems, ...board.problems], []);
  return `${OBSERVATIONS} observations: first drawn in ${drawn.toFixed(0)} ms, scrolled at ${list.median.toFixed(1)} ms a frame with ${list.rows} rows in the page; ${CONSENTS} consents: ${shown.toFixed(0)} ms, ${cards.median.toFixed(1)} ms`;
}

/** Scrolls through everything and measures each frame. */
async function scrolled(selector) {
  const frame = document.querySelector(selector);
  const times = [];
  let last = performance.now();
  for (let at = 0; at < 60; at += 1) {
    frame.scrollTop = (frame.scrollHeight * at) / 60;
    const now = await new Promise(requestAnimationFrame);
    if (at > 0) times.push(now - last);
    last = now;
  }
  times.sort((one, other) => one - other);
  return { median: times[times.length >> 1], slow: times.filter((time) => time > 50).length, frames: times.length, rows: frame.querySelectorAll("li").length };
}
