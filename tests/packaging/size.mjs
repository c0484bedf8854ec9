// The sizes that users pay for, against the committed ones.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const GROWTH = 1.02;

async function measure(installed) {
  const wasm = await readFile(join(installed, "dist/wasm/phr-link.wasm"));
  const bundled = async (entry, ...external) => {
    const options = { bundle: true, minify: true, format: "esm", write: false, logLevel: "error" };
    const { outputFiles } = await build({ entryPoints: [join(installed, "dist", entry)], external, ...options });
    return outputFiles[0].contents;
  };
  const sizes = (bytes) => ({
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  });
  return {
    wasm: sizes(wasm),
    "index.js, bundled": sizes(await bundled("index.js")),
    "portable.js, bundled": sizes(await bundled("portable.js")),
    // What the elements add to an app that has the engine.
    "elements, beside the engine": sizes(await bundled("elements/index.js", "*/core.js")),
  };
}

/** Fails where something grew by more than 2 %; `update` writes the sizes of now. */
export async function checkSize(js, installed, update) {
  const path = join(js, "size.json");
  const now = await measure(installed);
  if (update) await writeFile(path, `${JSON.stringify(now, null, 2)}\n`);
  const committed = JSON.parse(await readFile(path, "utf8"));
  const grown = [];
  for (const [what, sizes] of Object.entries(now)) {
    for (const [how, bytes] of Object.entries(sizes)) {
      const most = Math.floor((committed[what]?.[how] ?? 0) * GROWTH);
      if (bytes > most) grown.push(`${what} ${how}: ${bytes} bytes, at most ${most}`);
    }
  }
  if (grown.length > 0) {
    throw new Error(`${grown.join("\n")}\nIf it is worth it: node tests/packaging/run.mjs --update-size, and commit js/size.json`);
  }
  return `wasm ${now.wasm.raw} bytes, ${now.wasm.brotli} with brotli`;
}
