// The packed package in real hosts: one line a check, and exit code 1 if any fails.
//
//   node tests/packaging/run.mjs [--update-size]     CHROMIUM is the browser's path
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundlers, inViteDev } from "./bundlers.mjs";
import { inChromium } from "./chromium.mjs";
import { inNext } from "./next.mjs";
import { checkSize } from "./size.mjs";
import { asItIs, workers } from "./workers.mjs";
import { inWorkerd } from "./workerd.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const js = join(root, "js");
const run = promisify(execFile);
const require = createRequire(import.meta.url);
const folder = await mkdtemp(join(tmpdir(), "phr-link-packaging-"));
const vector = JSON.parse(await readFile(join(root, "tests/vectors/chain/control.json"), "utf8")).input;
let expected;
let failures = 0;

async function check(name, work) {
  const started = Date.now();
  try {
    const note = await work();
    console.log(`ok   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)${note ? `: ${note}` : ""}`);
  } catch (error) {
    failures += 1;
    console.log(`FAIL ${name}: ${error.stderr || error.stdout || error.stack || error}`);
  }
}

/** The smoke test gives the same line everywhere. */
function same(line) {
  const trimmed = String(line).trim();
  if (trimmed !== expected) throw new Error(`expected "${expected}", got "${trimmed}"`);
}

try {
  const { stdout } = await run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], { cwd: js });
  const [packed] = JSON.parse(stdout);
  const tarball = join(folder, packed.filename);
  const app = join(folder, "app");
  await mkdir(join(app, "node_modules"), { recursive: true });
  await writeFile(join(app, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", tarball], { cwd: app });
  const installed = join(app, "node_modules/@phr-link/sdk");
  await cp(join(here, "smoke.mjs"), join(app, "smoke.mjs"));
  await writeFile(join(app, "vector.mjs"), `export const vector = ${JSON.stringify(vector)};\n`);
  await writeFile(
    join(app, "main.mjs"),
    `import * as sdk from "@phr-link/sdk";\nimport { smoke } from "./smoke.mjs";\nimport { vector } from "./vector.mjs";\nconsole.log(await smoke(sdk, vector));\n`,
  );
  const { smoke } = await import(join(app, "smoke.mjs"));
  expected = await smoke(await import(join(installed, "dist/index.js")), vector);
  console.log(`     every host has to say: ${expected}`);
  if (!expected.startsWith("true signature.invalid permit scope.not-granted ")) throw new Error("the smoke test itself fails");

  await check("only what is meant to be is in the package", () => {
    const names = packed.files.map(({ path }) => path);
    const strange = names.filter((name) => !/^(dist\/|README\.md$|LICENSE-|package\.json$)/.test(name));
    if (strange.length > 0) throw new Error(strange.join(", "));
    for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "README.md"]) {
      if (!names.includes(name)) throw new Error(`${name} is missing`);
    }
    return `${names.length} files`;
  });
  await check("no path of the machine that built it", async () => {
    const wasm = await readFile(join(installed, "dist/wasm/phr-link.wasm"), "latin1");
    const found = /\/(home|root|Users)\/|registry\/src|\.cargo/.exec(wasm);
    if (found) throw new Error(found[0]);
  });
  await check("publint", async () => {
    const { publint } = await import("publint");
    const { formatMessage } = await import("publint/utils");
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
    if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join("\n"));
  });
  await check("are the types wrong?", async () => {
    const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarball))));
    // Resolution of 2015 knows no `exports`; and `require` gets the one ES module, which Node 20.19 allows.
    // What is no script has no types.
    const allowed = (problem) =>
      problem.entrypoint === "./phr-link.wasm" ||
      problem.kind === "CJSResolvesToESM" || (problem.kind === "NoResolution" && problem.resolutionKind === "node10");
    const problems = result.problems.filter((problem) => !allowed(problem));
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
  });
  // The oldest TypeScript that is supported, the one we build with, the newest.
  for (const compiler of ["typescript-oldest", "typescript", "typescript-newest"]) {
    for (const resolution of ["nodenext", "bundler"]) {
      const { version } = JSON.parse(await readFile(join(here, "node_modules", compiler, "package.json"), "utf8"));
      await check(`TypeScript ${version} finds the types (${resolution})`, async () => {
        const module = resolution === "bundler" ? "esnext" : "nodenext";
        await writeFile(
          join(app, `types-${resolution}.ts`),
          `import { GrantClient, verify, type Grant } from "@phr-link/sdk";\nimport { init } from "@phr-link/sdk/slim";\nimport type { ConsentCard } from "@phr-link/sdk/elements";\nimport "@phr-link/sdk/elements/define";\nexport const grant: Grant = verify("x", { kind: "phr-grant+jwt" });\nexport const card: ConsentCard = document.createElement("phr-consent-card");\nexport { GrantClient, init };\n`,
        );
        const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--module", module];
        await run(process.execPath, [join(here, "node_modules", compiler, "bin/tsc"), ...words, "--moduleResolution", resolution, `types-${resolution}.ts`], { cwd: app });
      });
    }
  }
  const say = async (program, ...words) => same((await run(program, words, { cwd: app })).stdout);
  await check("Node, import", () => say(process.execPath, "main.mjs"));
  await writeFile(
    join(app, "main.cjs"),
    `const sdk = require("@phr-link/sdk");\nimport("./smoke.mjs").then(async ({ smoke }) => console.log(await smoke(sdk, (await import("./vector.mjs")).vector)));\n`,
  );
  await check("Node, require", () => say(process.execPath, "--no-warnings", "main.cjs"));
  await writeFile(
    join(app, "slim.mjs"),
    `import { readFileSync } from "node:fs";\nimport * as sdk from "@phr-link/sdk/slim";\nimport { smoke } from "./smoke.mjs";\nimport { vector } from "./vector.mjs";\nsdk.init(readFileSync(new URL(import.meta.resolve("@phr-link/sdk/phr-link.wasm"))));\nconsole.log(await smoke(sdk, vector));\n`,
  );
  await check("Node, the slim door", () => say(process.execPath, "slim.mjs"));
  await writeFile(
    join(app, "elements.mjs"),
    `import * as sdk from "@phr-link/sdk";\nimport { ConsentCard } from "@phr-link/sdk/elements";\nimport "@phr-link/sdk/elements/define";\nimport { smoke } from "./smoke.mjs";\nimport { vector } from "./vector.mjs";\nif (typeof ConsentCard !== "function") throw new Error("no class");\nconsole.log(await smoke(sdk, vector));\n`,
  );
  await writeFile(
    join(app, "portable.mjs"),
    `delete globalThis.WebAssembly;\nconst sdk = await import("@phr-link/sdk/portable");\nconst { smoke } = await import("./smoke.mjs");\nconst { vector } = await import("./vector.mjs");\nconsole.log(await smoke(sdk, vector));\n`,
  );
  await check("Node, the portable door, without WebAssembly", () => say(process.execPath, "portable.mjs"));
  await check("Node, the elements on a server that has no DOM", () => say(process.execPath, "elements.mjs"));
  await check("Deno", () => say(join(here, "node_modules/.bin/deno"), "run", "--quiet", "--no-lock", "--allow-read", "main.mjs"));
  await check("Bun", () => say(join(here, "node_modules/.bin/bun"), "run", "main.mjs"));
  await cp(join(here, "store.mjs"), join(app, "store.mjs"));
  const stores = {
    Deno: ['import { DatabaseSync } from "node:sqlite";', "new DatabaseSync(path)", join(here, "node_modules/.bin/deno"), "run", "--quiet", "--no-lock", "--allow-read", "--allow-write"],
    Bun: ['import { Database } from "bun:sqlite";', "new Database(path)", join(here, "node_modules/.bin/bun"), "run"],
  };
  for (const [host, [from, opened, program, ...words]] of Object.entries(stores)) {
    await check(`${host}, an operator's rows in its own SQLite`, async () => {
      const name = `store-${host}.mjs`;
      const path = JSON.stringify(join(app, `${host}.db`));
      // Opened a second time, the file has what was acknowledged.
      await writeFile(
        join(app, name),
        `${from}\nimport { sqliteStore } from "@phr-link/sdk/operator";\nimport { contract } from "./store.mjs";\nconst path = ${path};\nawait contract(sqliteStore(${opened}));\nconst again = await sqliteStore(${opened}).atomically((rows) => rows.find({ kind: "record" }));\nconsole.log(again.length);\n`,
      );
      const { stdout } = await run(program, [...words, name], { cwd: app });
      if (stdout.trim() !== "3") throw new Error(stdout);
    });
  }
  await check("workerd, the `workerd` condition", async () => same(await inWorkerd(app)));
  for (const [name, bundle] of Object.entries(bundlers)) {
    await check(`${name}, and its output in Chromium under a policy`, async () => {
      const out = join(folder, `out-${name}`);
      await bundle(app, out);
      const result = await inChromium(out, "'self' 'wasm-unsafe-eval'");
      same(result.line);
      return result.note;
    });
  }
  await check("Vite, the development server", async () => same(await inViteDev(app)));
  for (const [name, work] of Object.entries(workers)) {
    await check(name, async () => same(await work(app, join(folder, "out-workers"))));
  }
  await check("Chromium, the package as it is, without a bundler", async () => same(await asItIs(app, installed)));
  await check("Next.js, a route handler and a client component", async () => {
    const line = await inNext(tarball, vector);
    if (line !== "permit 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU token.base64") throw new Error(line);
  });
  await check("Chromium under a policy without WebAssembly: a code and a hint", async () => {
    const { line } = await inChromium(join(folder, "out-esbuild"), "'self'");
    if (!line.startsWith("wasm.blocked-by-csp add 'wasm-unsafe-eval'")) throw new Error(line);
  });
  await check("size", () => checkSize(js, installed, process.argv.includes("--update-size")));
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? "the package works everywhere it was tried" : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);
