import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as sdk from "../dist/portable.js";
import { wrong } from "./judge.js";
import { vectors } from "./vectors.js";

test("every vector gets its exact code from the engine without WebAssembly", () => {
  const { WebAssembly: webAssembly } = globalThis;
  try {
    // As on Hermes: there is none.
    Reflect.deleteProperty(globalThis, "WebAssembly");
    expect(wrong(sdk, vectors)).toEqual([]);
    const signer = sdk.seedSigner();
    expect(sdk.thumbprint(signer.jwk)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  } finally {
    globalThis.WebAssembly = webAssembly;
  }
}, 180_000);

test("the door without WebAssembly brings none along", () => {
  for (const name of ["portable.js", "core.js", "api.js", "wasm/portable.js"]) {
    const text = readFileSync(new URL(`../dist/${name}`, import.meta.url), "utf8");
    expect(text, name).not.toMatch(/wasm-engine|inline\.js|new WebAssembly/);
  }
});
