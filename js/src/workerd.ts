// Workers may not compile WebAssembly at run time: there the module is imported.
import module from "./wasm/phr-link.wasm";
import { setSource } from "./core.js";

setSource(() => module);

export * from "./api.js";
