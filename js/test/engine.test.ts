// How the engine comes up, and what the errors are.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ConsentError, inspect, isConsentError, s256 } from "../dist/index.js";
import * as slim from "../dist/slim.js";

const dist = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

function node(script: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }).trim();
}

test("the slim door asks for the engine, and works with it", () => {
  // In a process of its own: here the other door has made the engine already.
  const output = node(`
    import { readdirSync, readFileSync } from "node:fs";
    import { init, s256 } from ${JSON.stringify(dist("slim.js"))};
    try { s256(""); } catch (error) { console.log(error.code, Boolean(error.hint)); }
    init(readFileSync(${JSON.stringify(dist("wasm/phr-link.wasm"))}));
    console.log(s256(""));
  `);
  expect(output).toBe("wasm.not-initialised true\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
});

test("importing the package makes no engine; the first call does", () => {
  const output = node(`
    let made = 0;
    const Instance = WebAssembly.Instance;
    WebAssembly.Instance = class extends Instance { constructor(...all) { super(...all); made += 1; } };
    const { s256 } = await import(${JSON.stringify(dist("index.js"))});
    const before = made;
    s256("a"); s256("b");
    console.log(before, made);
  `);
  expect(output).toBe("0 1");
});

test("a policy that forbids WebAssembly has a code and a hint", () => {
  const output = node(`
    import { init } from ${JSON.stringify(dist("slim.js"))};
    const Module = WebAssembly.Module;
    WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("blocked by CSP"); } };
    try { init(new Uint8Array(8)); } catch (error) { console.log(error.code, error.hint); }
  `);
  expect(output).toBe("wasm.blocked-by-csp add 'wasm-unsafe-eval' to script-src");
});

test("every door has the same names", async () => {
  const inline = Object.keys(await import("../dist/index.js")).sort();
  expect(
    Object.keys(slim)
      .filter((name) => name !== "init")
      .sort(),
  ).toEqual(inline);
});

test("errors are told apart across copies of the package, by code", () => {
  const error = new ConsentError("grant.expired", "it ended", "/exp", "renew it");
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toBe("grant.expired: it ended");
  const foreign = Object.assign(new Error("grant.expired: it ended"), { name: "ConsentError", code: "grant.expired" });
  expect(isConsentError(foreign, "grant.expired")).toBe(true);
  expect(isConsentError(foreign, "grant.revoked")).toBe(false);
  for (const other of [null, undefined, "x", new Error("x"), { name: "ConsentError", code: "grant.expired" }]) {
    expect(isConsentError(other)).toBe(false);
  }
});

test("only one file imports the glue, and nothing imports Node", () => {
  const folder = new URL("../src/", import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const own = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  expect(own.length).toBeGreaterThan(25);
  for (const name of own) {
    const text = readFileSync(new URL(name, folder), "utf8");
    expect(text, name).not.toMatch(/from "node:|require\(|\bBuffer\b|process\./);
    if (name !== "wasm-engine.ts") expect(text, name).not.toContain("wasm/glue.js");
  }
});

test("after it ran out of stack the engine is made anew, and answers", () => {
  const before = s256("a");
  let stopped: unknown;
  const deeper = (): void => {
    try {
      deeper();
    } catch {
      // At the very end of the stack even the engine has no room.
    }
    if (stopped !== undefined) return;
    try {
      inspect("a.b.c");
    } catch (error) {
      // Where there is no room for our own words, either, a little further up there is.
      if (isConsentError(error)) stopped = error;
    }
  };
  deeper();
  expect(isConsentError(stopped, "internal")).toBe(true);
  const Instance = WebAssembly.Instance;
  let made = 0;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, words) {
      made += 1;
      return new target(...(words as [WebAssembly.Module]));
    },
  });
  try {
    for (let at = 0; at < 3; at += 1) expect(s256("a")).toBe(before);
  } finally {
    WebAssembly.Instance = Instance;
  }
  expect(made).toBe(1);
  expect(inspect("a.b.c").problems.length).toBeGreaterThan(0);
});
