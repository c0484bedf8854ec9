// Workers may not compile WebAssembly at run time: there the module is imported.
import module from "./wasm/phr-link.wasm";
import { setSource } from "./core.js";
import { wasmEngine } from "./wasm-engine.js";

setSource(() => wasmEngine(module));

export * from "./api.js";
