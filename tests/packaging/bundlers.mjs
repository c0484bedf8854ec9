// Bundlers as people use them: no configuration but entry and output.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The page's script: the smoke test, or the code of what goes wrong, as the title. */
async function entry(app) {
  const path = join(app, "page.mjs");
  await writeFile(
    path,
    `import * as sdk from "@phr-link/sdk";
import { smoke } from "./smoke.mjs";
import { vector } from "./vector.mjs";
const started = performance.now();
try {
  sdk.s256("");
  document.body.dataset.first = String(performance.now() - started);
  document.title = await smoke(sdk, vector);
} catch (error) {
  document.title = \`\${error.code} \${error.hint}\`;
}
`,
  );
  return path;
}

export const bundlers = {
  async esbuild(app, out) {
    const { build } = await import("esbuild");
    await build({ entryPoints: [await entry(app)], bundle: true, format: "esm", outfile: join(out, "page.js"), logLevel: "error" });
  },
  async rollup(app, out) {
    const { rollup } = await import("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    const bundle = await rollup({ input: await entry(app), plugins: [nodeResolve()] });
    await bundle.write({ file: join(out, "page.js"), format: "es" });
    await bundle.close();
  },
  async vite(app, out) {
    const { build } = await import("vite");
    const input = await entry(app);
    await build({
      root: app,
      logLevel: "error",
      configFile: false,
      build: { outDir: out, emptyOutDir: true, rollupOptions: { input, output: { entryFileNames: "page.js" } } },
    });
  },
  async webpack(app, out) {
    const { default: webpack } = await import("webpack");
    await mkdir(out, { recursive: true });
    const compiler = webpack({ mode: "production", context: app, entry: await entry(app), output: { path: out, filename: "page.js" }, performance: false });
    const stats = await promisify(compiler.run.bind(compiler))();
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
    await promisify(compiler.close.bind(compiler))();
  },
};

/** The development server, which rewrites packages on its own: what it serves, in a page. */
export async function inViteDev(app) {
  const { createServer } = await import("vite");
  const { chromium } = await import("playwright-core");
  const input = await entry(app);
  await writeFile(join(app, "index.html"), `<!doctype html><body><script type="module" src="/${input.split("/").at(-1)}"></script>`);
  const server = await createServer({ root: app, configFile: false, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
  await server.listen();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
  try {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls.local[0]);
    await page.waitForFunction(() => document.title !== "", undefined, { timeout: 30_000 });
    return await page.title();
  } finally {
    await browser.close();
    await server.close();
  }
}
