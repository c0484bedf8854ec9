import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { look } from "./browser.mjs";
import { arrive } from "./link.mjs";
import { root } from "./world.mjs";

const { inspect } = await import(pathToFileURL(join(root, "js/dist/index.js")).href);

/** A mother signs in as herself and consents for her child: the consent says who acted, and by which title. */
export async function actsForAChild(world, browser) {
  const { own, page } = await arrive(world, browser, "hanako");
  await page.waitForURL(`${world.holder}/acting*`);
  await look(page, "acting");
  await page.getByText("みらいさんの代理人として").click();
  await page.waitForSelector("#acting");
  assert.match(await page.textContent("#acting"), /法定代理人として決めます（親権）/);
  await look(page, "consent-for-a-child");
  await page.click("#all");
  await page.waitForSelector("#sign");
  assert.match(await page.textContent("#summary"), /代理人が同意します/);
  await page.click("#sign");
  await page.waitForURL(`${world.app}/`);
  await page.waitForSelector("html[data-read=yes]");
  const grant = await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("phr-app").onsuccess = ({ target }) => {
          target.result.transaction("meta").objectStore("meta").get("link").onsuccess = (found) => resolve(found.target.result.grant);
        };
      }),
  );
  const { claims } = inspect(grant);
  assert.equal(claims.act.role, "guardian");
  assert.equal(claims.exp - claims.iat, 3_600);
  assert.deepEqual(own.problems, []);
  await own.close();
  return "a mother consents for her child: the grant names her title and lives an hour";
}
