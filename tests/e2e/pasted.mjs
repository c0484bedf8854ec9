// The first consent of the package's README, as it stands there, in a page of its own.
import assert from "node:assert/strict";
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { context } from "./browser.mjs";
import { open, root } from "./world.mjs";

const ts = createRequire(join(root, "js/package.json"))("typescript");

export async function pasted(browser) {
  const readme = await readFile(join(root, "js/README.md"), "utf8");
  const block = /^```ts browser\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  assert.ok(block, "the README has a first consent");
  const lines = block.split("\n").filter((line) => line.trim() !== "").length;
  assert.ok(lines < 15, `${lines} lines`);
  const { outputText } = ts.transpileModule(block, { compilerOptions: { module: "ESNext", target: "ES2022" } });
  const built = await mkdtemp(join(tmpdir(), "phr-link-pasted-"));
  await cp(join(root, "js/dist"), join(built, "sdk"), { recursive: true });
  await copyFile(join(root, "examples/phr-app/public/notice.txt"), join(built, "notice.txt"));
  await writeFile(join(built, "index.html"), '<!doctype html><html lang="en"><title>first consent</title><script type="module" src="/first.js"></script>');
  const world = await open({ built });
  const own = await context(browser);
  try {
    // What a bundler does with the name of the package, and the address of this run's holder.
    await writeFile(join(built, "first.js"), outputText.replace('"@phr-link/sdk"', '"/sdk/index.js"').replace("http://localhost:8787", world.holder));
    const logged = [];
    own.on("console", async (message) => message.type() === "log" && logged.push(await message.args()[0].jsonValue()));
    const page = await own.newPage();
    await page.goto(world.app);
    await page.waitForURL(`${world.holder}/authorize*`);
    await page.click("button[value=jiro]");
    await page.waitForSelector("#all");
    await page.click("#all");
    await page.click("#sign");
    await page.waitForURL(`${world.app}/callback*`);
    for (let wait = 0; wait < 100 && logged.length === 0; wait += 1) await page.waitForTimeout(100);
    assert.equal(logged[0]?.resourceType, "AllergyIntolerance");
    assert.deepEqual(own.problems, []);
    return `the first consent of the README works as pasted: ${lines} lines, ${logged.length} records`;
  } finally {
    await own.close();
    await world.close();
    await rm(built, { recursive: true, force: true });
  }
}
