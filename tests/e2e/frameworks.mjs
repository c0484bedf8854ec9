// The consent card inside React and inside Vue: what is given as a property arrives, and its event is heard.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize, sep } from "node:path";
import { context, look } from "./browser.mjs";
import { root } from "./world.mjs";

const built = join(root, "examples/components/dist");

export async function frameworks(browser) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    const path = normalize(join(built, pathname));
    const isInside = path.startsWith(`${normalize(built)}${sep}`);
    if (pathname === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end('<!doctype html><html lang="ja"><title>components</title><div id="root"></div>');
    const body = isInside ? await readFile(path).catch(() => undefined) : undefined;
    if (body === undefined) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    for (const name of ["react", "vue"]) {
      const own = await context(browser);
      const page = await own.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.evaluate(async (name) => {
        const { mount } = await import(`/${name}.js`);
        const detail = { type: "phr-records", actions: ["read"], datatypes: ["allergy", "lab-result"], datatypes_ver: "2026.1", period: { from: null, to: null }, purposes: ["self-view"], handling: "view", frequency: "once", retention: { days: 0 }, on_end: "erase", onward: { to: [], roles: [] }, deident: "none", exclude: [] };
        const data = {
          recipient: { name: "見本", "name#en": "Sample", address: "東京都", representative: "見本 太郎", country: "JP", role: "operator" },
          mark: { name: "見本認証", "name#en": "Sample body", exp: 2_000_000_000, ref: "javascript:alert(1)" },
          details: [detail],
          expiresAt: 2_000_000_000,
          overseas: { transfer: true, country: "SG", regime_uri: "https://holder.example/sg" },
          notice: "説明",
          refusal: { ja: ["なにも起きません。"], en: ["Nothing happens."] },
          withdrawUri: "https://holder.example/consents",
          current: [{ ...detail, datatypes: ["allergy"], purposes: [] }],
        };
        const actions = { prepare: async () => ({ text: "だれに：見本", s256: "x", tmpl: "", tmpl_ver: "" }), sign: async () => undefined, refuse: async () => undefined };
        mount(document.getElementById("root"), { data, actions });
      }, name);
      await page.waitForSelector("#chosen");
      await page.getByText("まだ何も選んでいません").waitFor();
      assert.ok(await page.isChecked("input[name=allergy]"), "what is shared now is chosen");
      assert.ok(!(await page.isChecked("input[name=lab-result]")));
      // An address that runs something is no page: its words are shown, and nothing can be pressed.
      assert.equal(await page.locator("phr-consent-card a[href^=javascript]").count(), 0);
      assert.equal(await page.locator("phr-consent-card a[href^=https]").count(), 2);
      await look(page, `${name}-card`);
      await page.check("input[name=self-view]");
      await page.getByText("選んだものがあります").waitFor();
      await page.click("#chosen");
      await page.waitForSelector("#summary");
      assert.match(await page.textContent("#summary"), /見本/);
      assert.deepEqual(own.problems, []);
      await own.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return "the consent card works inside React and inside Vue";
}
