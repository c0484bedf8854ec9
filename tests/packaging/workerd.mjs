// Cloudflare's runtime: WebAssembly is imported as a module there, which the condition does.
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

export async function inWorkerd(app) {
  const outdir = join(app, "worker");
  await build({
    stdin: {
      contents: `import * as sdk from "@phr-link/sdk";
import { smoke } from "./smoke.mjs";
import { vector } from "./vector.mjs";
export default { fetch: async () => new Response(await smoke(sdk, vector)) };`,
      resolveDir: app,
    },
    bundle: true,
    format: "esm",
    conditions: ["workerd"],
    outfile: join(outdir, "worker.mjs"),
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  const host = new Miniflare({
    modules: true,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    scriptPath: join(outdir, "worker.mjs"),
    modulesRoot: outdir,
    compatibilityDate: "2026-04-01",
  });
  try {
    return await (await host.dispatchFetch("http://localhost/")).text();
  } finally {
    await host.dispose();
  }
}
