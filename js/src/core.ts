// The engine is made on the first call, not on import.
import type { Engine } from "./engine.js";
import { ConsentError, refusal } from "./error.js";
import type { Answer } from "./types.js";

let source: (() => Engine) | undefined;
let engine: Engine | undefined;

/** Says where the engine comes from; the entry points do it. */
export function setSource(from: () => Engine): void {
  source = from;
}

/** Makes the engine now, and not on the first call. */
export function ensure(): Engine {
  if (source === undefined) {
    throw new ConsentError(
      "wasm.not-initialised",
      "the engine was not given",
      undefined,
      "call `init` with the module of @phr-link/sdk/phr-link.wasm first",
    );
  }
  engine ??= source();
  return engine;
}

function guard<T>(run: (engine: Engine) => T): T {
  const used = ensure();
  try {
    return run(used);
  } catch {
    // The engine gives refusals as values. What it throws is a trap or the end of the stack, and leaves
    // it in an unknown state: the next call makes a new one.
    engine = undefined;
    throw new ConsentError("internal", "the engine stopped", undefined, "please report it");
  }
}

/** Asks the engine; a refusal is an answer, not an exception. */
export function ask(call: Readonly<Record<string, unknown>>): Answer {
  return guard((engine) => engine.call(call) as Answer);
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
  return guard((engine) => engine.generateSeed());
}

/** The member `x` of the public key of a seed. */
export function seedPublicKey(seed: Uint8Array): string {
  return guard((engine) => engine.publicKey(seed));
}

/** Signs with a seed inside the engine. */
export function seedSign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return guard((engine) => engine.sign(seed, message));
}
