// Without the engine: the caller gives it to `init`.
import { ensure, setSource } from "./core.js";
import { wasmEngine } from "./wasm-engine.js";

/**
 * Makes the engine of a compiled module or of bytes.
 *
 * @throws ConsentError `wasm.blocked-by-csp` where the page's policy forbids WebAssembly
 */
export function init(module: BufferSource | WebAssembly.Module): void {
  setSource(() => wasmEngine(module));
  ensure();
}

export * from "./api.js";
