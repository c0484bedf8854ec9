// The same calls through the native build, the engine in Node, and the engine in Chromium: every
// answer has to be the same, letter for letter. A difference is printed with the seed and the call.
//
//   node tests/differential/run.mjs [COUNT] [SEED]
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const count = Number(process.argv[2] ?? 10_000);
const seed = process.argv[3] ?? String(Math.floor(Math.random() * 2 ** 48));
const engine = join(root, "js/dist/wasm");
console.log(`seed ${seed}, ${count} calls`);

const glue = await import(pathToFileURL(join(engine, "glue.js")).href);
glue.initSync({ module: await readFile(join(engine, "phr-link.wasm")) });

const page = `<!doctype html><script type="module">
  import init, { callText } from "/glue.js";
  await init({ module_or_path: "/phr-link.wasm" });
  window.answers = async () => (await (await fetch("/calls")).json()).map((call) => callText(call));
  document.title = "ready";
</script>`;
const kinds = { js: "text/javascript", wasm: "application/wasm" };
let waiting = [];
const server = createServer(async (request, response) => {
  const name = request.url.slice(1);
  if (name === "") return response.setHeader("Content-Type", "text/html").end(page);
  if (name === "calls") return response.setHeader("Content-Type", "application/json").end(JSON.stringify(waiting));
  if (!["glue.js", "phr-link.wasm"].includes(name)) return response.writeHead(404).end();
  response.setHeader("Content-Type", kinds[name.split(".")[1]]).end(await readFile(join(engine, name)));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const { chromium } = createRequire(join(root, "js/package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
const native = spawn(process.env.PHR_LINK_CALLS, [seed, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
const codes = new Map();
let done = 0;
let different = 0;
try {
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  await tab.waitForFunction(() => document.title === "ready");
  let pairs = [];
  for await (const line of createInterface({ input: native.stdout, crlfDelay: Infinity })) {
    pairs.push(JSON.parse(line));
    if (pairs.length === 250) {
      await compare(tab, pairs);
      pairs = [];
    }
  }
  await compare(tab, pairs);
} finally {
  native.kill();
  await browser.close();
  server.closeAllConnections();
  server.close();
}

const permits = codes.get(null) ?? 0;
console.log(`${done} calls: ${permits} without a code, ${codes.size - 1} codes; native = Node = Chromium in ${done - different}`);
if (done !== count || different > 0) process.exitCode = 1;

async function compare(tab, pairs) {
  waiting = pairs.map(([call]) => call);
  const inChromium = await tab.evaluate(() => window.answers());
  for (const [at, [call, answer]] of pairs.entries()) {
    const inNode = glue.callText(call);
    const { code } = JSON.parse(answer);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    done += 1;
    if (inNode === answer && inChromium[at] === answer) continue;
    different += 1;
    console.error(`call ${done} of seed ${seed} differs:\n  native   ${answer}\n  Node     ${inNode}\n  Chromium ${inChromium[at]}\n  call     ${call}`);
  }
}
