// The package where there is no window, and where there is no bundler.
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { titled } from "./chromium.mjs";

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const IMPORTS = 'import * as sdk from "@phr-link/sdk";\nimport { smoke } from "./smoke.mjs";\nimport { vector } from "./vector.mjs";\n';

/** The worker's script, and a page that shows what the worker says. */
async function made(app, out, name, worker, page) {
  await mkdir(out, { recursive: true });
  const source = join(app, `${name}.mjs`);
  await writeFile(source, IMPORTS + worker);
  await build({ entryPoints: [source], bundle: true, format: "iife", outfile: join(out, `${name}.js`), logLevel: "error" });
  await writeFile(join(out, `${name}-page.js`), page);
  const { line } = await titled(out, `<!doctype html><script type="module" src="/${name}-page.js"></script>`, POLICY);
  return line;
}

export const workers = {
  "Chromium, a Web Worker": (app, out) =>
    made(
      app,
      out,
      "worker",
      "smoke(sdk, vector).then(postMessage, (error) => postMessage(String(error)));\n",
      'new Worker("/worker.js").onmessage = ({ data }) => (document.title = data);\n',
    ),
  "Chromium, a Service Worker": (app, out) =>
    made(
      app,
      out,
      "service",
      "self.onmessage = ({ source }) => smoke(sdk, vector).then((line) => source.postMessage(line), (error) => source.postMessage(String(error)));\n",
      'navigator.serviceWorker.onmessage = ({ data }) => (document.title = data);\nnavigator.serviceWorker.startMessages();\nconst { installing, active } = await navigator.serviceWorker.register("/service.js");\n(active ?? installing).postMessage("go");\n',
    ),
};

/** `<script type="module">` that imports the files of the package by their addresses. */
export async function asItIs(app, installed) {
  const out = join(app, "as-it-is");
  await cp(join(installed, "dist"), join(out, "sdk"), { recursive: true });
  for (const name of ["smoke.mjs", "vector.mjs"]) await cp(join(app, name), join(out, name));
  await writeFile(join(out, "page.js"), IMPORTS.replace('"@phr-link/sdk"', '"/sdk/index.js"') + "document.title = await smoke(sdk, vector);\n");
  const { line } = await titled(out, '<!doctype html><script type="module" src="/page.js"></script>', POLICY);
  return line;
}
