// Without the engine: the caller gives it to `init`.
export { init } from "./core.js";
export * from "./api.js";
