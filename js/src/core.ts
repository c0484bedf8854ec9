// The only file that imports the glue. The engine is made on the first call, not on import.
import * as glue from "./wasm/glue.js";
import { ConsentError, refusal } from "./error.js";
import type { Answer } from "./types.js";

type Source = () => BufferSource | WebAssembly.Module;

let source: Source | undefined;
let ready = false;

/** Says where the engine comes from; the entry points do it. */
export function setSource(from: Source): void {
  source = from;
}

/**
 * Makes the engine of a compiled module or of bytes; only `@phr-link/sdk/slim` needs it.
 *
 * @throws ConsentError `wasm.blocked-by-csp` where the page's policy forbids WebAssembly
 */
export function init(module: BufferSource | WebAssembly.Module): void {
  if (ready) return;
  try {
    glue.initSync({ module });
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
  ready = true;
}

function ensure(): void {
  if (ready) return;
  if (source === undefined) {
    throw new ConsentError(
      "wasm.not-initialised",
      "the engine was not given",
      undefined,
      "call `init` with the module of @phr-link/sdk/phr-link.wasm first",
    );
  }
  init(source());
}

function guard<T>(run: () => T): T {
  ensure();
  try {
    return run();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      // A trap leaves the instance in an unknown state: the next call makes a new one.
      ready = false;
      throw new ConsentError("internal", "the engine stopped", undefined, "please report it");
    }
    throw error;
  }
}

/** Asks the engine; a refusal is an answer, not an exception. */
export function ask(call: Readonly<Record<string, unknown>>): Answer {
  return guard(() => glue.call(call) as Answer);
}

/** Asks the engine and gives the value, or throws what is wrong. */
export function value<T>(call: Readonly<Record<string, unknown>>): T {
  const answer = ask(call);
  if (answer.decision === "accept") return answer.value as T;
  throw errorOf(answer);
}

/** Turns a refusal into an exception. */
export function errorOf(answer: Answer): ConsentError {
  return refusal(answer.code, answer.reasons);
}

/** 32 random bytes from the platform, through the engine. */
export function generateSeed(): Uint8Array {
  return guard(() => glue.generateSeed());
}

/** The member `x` of the public key of a seed. */
export function seedPublicKey(seed: Uint8Array): string {
  return guard(() => glue.publicKey(seed));
}

/** Signs with a seed inside the engine. */
export function seedSign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return guard(() => glue.sign(seed, message));
}
