import type { Code } from "./generated/codes.js";

/** Codes of the engine, and two that only JavaScript can see. */
export type ErrorCode = Code | "wasm.blocked-by-csp" | "wasm.not-initialised";

/** Why a call failed: a stable code, never a token, a key or a person's data. */
export class ConsentError extends Error {
  override readonly name = "ConsentError";

  /**
   * @param code the stable code
   * @param message one sentence, free to change
   * @param path a JSON pointer to the offending place
   * @param hint what to do about it
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly path?: string,
    readonly hint?: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/**
 * Tells whether something is a {@link ConsentError}, and with which code.
 *
 * It does not use `instanceof`, so that it works across two copies of this package.
 *
 * @example
 * isConsentError(new ConsentError("grant.expired", "it ended"), "grant.expired"); // true
 */
export function isConsentError(error: unknown, code?: ErrorCode): error is ConsentError {
  return (
    error instanceof Error &&
    error.name === "ConsentError" &&
    "code" in error &&
    (code === undefined || error.code === code)
  );
}
