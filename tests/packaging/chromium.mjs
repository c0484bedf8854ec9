// A page with a content security policy, in headless Chromium.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { chromium } from "playwright-core";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** Opens `page.js` of a folder under a `script-src`, and gives the title that it sets. */
export async function inChromium(folder, scripts) {
  const policy = `default-src 'none'; script-src ${scripts}; base-uri 'none'; require-trusted-types-for 'script'`;
  const server = createServer(async (request, response) => {
    if (request.url === "/") {
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": policy });
      return response.end('<!doctype html><body><script type="module" src="/page.js"></script>');
    }
    if (request.url !== "/page.js") return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": "text/javascript" });
    response.end(await readFile(join(folder, "page.js")));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => document.title !== "", undefined, { timeout: 20_000 });
    const first = await page.evaluate(() => Number(document.body.dataset.first));
    return { line: await page.title(), note: `first call after ${first.toFixed(0)} ms` };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
