// Next.js as people use it: built, started, its route asked, its page opened.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const folder = fileURLToPath(new URL("next", import.meta.url));
const run = promisify(execFile);
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** What the route handler decided, and what the client component shows. */
export async function inNext(tarball, vector) {
  // A development server of somebody else's must not be asked instead.
  const port = await freePort();
  if (!existsSync(join(folder, "node_modules/next"))) await run("npm", ["ci", ...QUIET], { cwd: folder });
  await run("npm", ["install", "--no-save", "--no-package-lock", ...QUIET, tarball], { cwd: folder });
  const next = join(folder, "node_modules/next/dist/bin/next");
  await run(process.execPath, [next, "build"], { cwd: folder, env });
  const server = spawn(process.execPath, [next, "start", "-p", String(port)], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
  try {
    await new Promise((resolve, reject) => {
      server.stdout.on("data", (text) => /Ready/.test(text) && resolve());
      server.once("exit", () => reject(new Error("next start ended")));
    });
    const at = `http://localhost:${port}`;
    const answer = await fetch(`${at}/api/decide`, { method: "POST", body: JSON.stringify(vector) });
    const { outcome } = await answer.json();
    const page = await browser.newPage();
    await page.goto(at);
    await page.waitForFunction(() => document.getElementById("hash").textContent !== "", undefined, { timeout: 20_000 });
    await page.waitForSelector("phr-token .alert", { timeout: 20_000 });
    return [outcome, await page.textContent("#hash"), (await page.textContent("phr-token .alert .mono")).trim()].join(" ");
  } finally {
    await browser.close();
    server.kill();
  }
}

function freePort() {
  return new Promise((resolve) => {
    const socket = createServer();
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
