import { setSource } from "./core.js";
import { base64 } from "./wasm/inline.js";

setSource(() => {
  const decode = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  return decode ? decode.call(Uint8Array, base64) : Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
});

export * from "./api.js";
