import type { Code } from "./generated/codes.js";
import type { Language, Reason } from "./types.js";

/** Codes of the engine, and those that only JavaScript can see. */
export type ErrorCode =
  | Code
  | "holder.unreachable"
  | "wallet.key-exists"
  | "wallet.key-missing"
  | "wallet.unsupported"
  | "wasm.blocked-by-csp"
  | "wasm.not-initialised";

/** The same sentence and the same advice in Japanese. */
export interface Translated {
  readonly title: string;
  readonly hint: string;
}

/** Why a call failed: a stable code, never a token, a key or a person's data. */
export class ConsentError extends Error {
  override readonly name = "ConsentError";

  /**
   * @param code the stable code
   * @param title one sentence, free to change
   * @param path a JSON pointer to the offending place
   * @param hint what to do about it
   * @param ja the sentence and the advice in Japanese, where there are any
   */
  constructor(
    readonly code: ErrorCode,
    readonly title: string,
    readonly path?: string,
    readonly hint?: string,
    readonly ja?: Translated,
  ) {
    super(`${code}: ${title}`);
  }

  /**
   * The sentence and the advice for a person; English where there is no Japanese.
   *
   * @example
   * new ConsentError("grant.expired", "it ended", "", "ask anew").say("en"); // it ended. ask anew.
   */
  say(language: Language): string {
    if (language === "ja" && this.ja !== undefined) return `${this.ja.title}。${this.ja.hint}。`;
    return this.hint === undefined ? `${this.title}.` : `${this.title}. ${this.hint}.`;
  }
}

/** The exception for a refusal that was given as a value. */
export function refusal(code: Code | null | undefined, reasons: readonly Reason[]): ConsentError {
  const reason = reasons[0];
  const ja = reason === undefined ? undefined : { title: reason.text.ja, hint: reason.hint.ja };
  return new ConsentError(code ?? "internal", reason?.text.en ?? "refused", reason?.path, reason?.hint.en, ja);
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
