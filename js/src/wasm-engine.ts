// The engine as WebAssembly.
import * as glue from "./wasm/glue.js";
import type { Engine } from "./engine.js";
import { ConsentError } from "./error.js";

/**
 * A new instance of a compiled module, or of bytes.
 *
 * @throws ConsentError `wasm.blocked-by-csp` where the page's policy forbids WebAssembly
 */
export function wasmEngine(module: BufferSource | WebAssembly.Module): Engine {
  try {
    glue.fresh(module);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError || (error as Error)?.name === "EvalError") {
      throw new ConsentError(
        "wasm.blocked-by-csp",
        "the page's content security policy forbids WebAssembly",
        undefined,
        "add 'wasm-unsafe-eval' to script-src",
      );
    }
    throw error;
  }
  return glue;
}
