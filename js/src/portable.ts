// The same core as plain JavaScript: for hosts without WebAssembly, such as Hermes.
import { instantiate } from "./wasm/portable.js";
import * as glue from "./wasm/portable-glue.js";
import { setSource } from "./core.js";

setSource(() => {
  glue.freshOf(instantiate);
  return glue;
});

export * from "./api.js";
