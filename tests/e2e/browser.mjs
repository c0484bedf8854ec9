// A real browser, with what every walk through the pages watches: faults of scripts, and accessibility.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./world.mjs";

const require = createRequire(join(root, "js/package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
}

/** A context in which a fault of any page's script is remembered. */
export async function context(browser, options = {}) {
  const made = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  made.setDefaultTimeout(20_000);
  const problems = [];
  made.on("weberror", (error) => problems.push(String(error.error())));
  return Object.assign(made, { problems });
}

const seen = new Set();

/** Looks at a page: a screenshot where they are wanted, no violation of WCAG 2.2 A and AA, nothing beside the screen. */
export async function look(page, name) {
  if (process.env.DEMO_SCREENSHOTS) {
    await page.screenshot({ path: join(process.env.DEMO_SCREENSHOTS, `${name}.png`), fullPage: true });
  }
  // As an expression of the debugger, which the page's policy does not concern.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`);
  });
  assert.deepEqual(found, [], `axe on ${name}`);
  const beside = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(beside <= 0, `${name} is ${beside} px wider than the screen`);
  seen.add(name);
}

/** How many views were looked at. */
export const looked = () => seen.size;

/** The same page at 320 px and in the dark: nothing beside the screen, no violation. */
export async function lookNarrow(page, name) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 700 });
  await page.emulateMedia({ colorScheme: "dark" });
  await look(page, `${name}-320-dark`);
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: "light" });
}
