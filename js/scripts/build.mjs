// Builds dist/: generated types out of the engine itself, then TypeScript, then the WebAssembly.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(root, ...parts);

if (!existsSync(at("src/wasm/glue.js"))) {
  console.error("the engine is missing: run `cargo xtask wasm` first");
  process.exit(1);
}
await generate();
rmSync(at("dist"), { recursive: true, force: true });
execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", root], { stdio: "inherit" });
mkdirSync(at("dist/wasm"), { recursive: true });
const made = [
  "glue.js",
  "glue.d.ts",
  "inline.js",
  "inline.d.ts",
  "phr-link.wasm",
  "portable-glue.js",
  "portable-glue.d.ts",
  "portable.d.ts",
];
for (const file of made) {
  copyFileSync(at("src/wasm", file), at("dist/wasm", file));
}
// The tool that makes JavaScript of WebAssembly writes for a compiler, not for the wire.
await build({
  entryPoints: [at("src/wasm/portable.js")],
  outfile: at("dist/wasm/portable.js"),
  minify: true,
  format: "esm",
  logLevel: "error",
});
for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) {
  if (existsSync(at("..", file))) copyFileSync(at("..", file), at(file));
}

/** Codes and categories as unions of literals, so that a misspelt one does not compile. */
async function generate() {
  const glue = await import(at("src/wasm/glue.js"));
  glue.initSync({ module: readFileSync(at("src/wasm/phr-link.wasm")) });
  const codes = glue.call({ op: "codes" }).value;
  const categories = glue.call({ op: "catalogue" }).value.categories;
  const lines = [
    "// Made by `npm run build` out of the engine.",
    "",
    "/** Every stable code. */",
    "export type Code =",
  ];
  for (const { code, text } of codes) lines.push(`  /** ${text.en}. */`, `  | ${JSON.stringify(code)}`);
  lines[lines.length - 1] += ";";
  lines.push("", "/** Every category of records. */", "export type CategoryCode =");
  for (const { code, ja, en } of categories) lines.push(`  /** ${ja}: ${en} */`, `  | ${JSON.stringify(code)}`);
  lines[lines.length - 1] += ";";
  lines.push("", "/** The FHIR R4 resources that records of each category are. */", "export interface ResourceTypes {");
  for (const { code, fhir } of categories) {
    const types = fhir.length === 0 ? ['"Basic"'] : fhir.map(([resource]) => JSON.stringify(resource));
    lines.push(`  readonly ${JSON.stringify(code)}: ${[...new Set(types)].join(" | ")};`);
  }
  lines.push("}");
  mkdirSync(at("src/generated"), { recursive: true });
  writeFileSync(at("src/generated/codes.ts"), `${lines.join("\n")}\n`);
}
