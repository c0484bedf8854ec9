// From the app to the consent screen, as every walk begins.
import { context } from "./browser.mjs";

/** A person at the consent screen. */
export async function arrive({ holder, app }, browser, person, options = {}) {
  const own = await context(browser, options);
  const page = await own.newPage();
  await page.goto(app);
  await page.waitForSelector("html[data-ready=yes]");
  await page.click("#link");
  await page.waitForURL(`${holder}/authorize*`);
  await page.click(`button[value=${person}]`);
  return { own, page };
}
