// Pages in headless Chromium, under a content security policy.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize, sep } from "node:path";
import { chromium } from "playwright-core";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** Opens a page of a folder under a policy, and gives what `read` finds once it has set its title. */
export async function titled(folder, html, policy, read = () => undefined) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://x");
    if (pathname === "/") {
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": policy });
      return response.end(html);
    }
    const path = normalize(join(folder, pathname));
    const body = path.startsWith(`${normalize(folder)}${sep}`) ? await readFile(path).catch(() => undefined) : undefined;
    if (body === undefined) return response.writeHead(404).end();
    // A worker has a policy of its own: that of its file.
    response.writeHead(200, { "Content-Type": "text/javascript", "Content-Security-Policy": policy });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => document.title !== "", undefined, { timeout: 20_000 });
    return { line: await page.title(), read: await page.evaluate(read) };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Opens `page.js` of a folder under a `script-src`, and gives the title that it sets. */
export async function inChromium(folder, scripts) {
  const policy = `default-src 'none'; script-src ${scripts}; base-uri 'none'; require-trusted-types-for 'script'`;
  const html = '<!doctype html><body><script type="module" src="/page.js"></script>';
  const { line, read } = await titled(folder, html, policy, () => Number(document.body.dataset.first));
  return { line, note: `first call after ${read.toFixed(0)} ms` };
}
