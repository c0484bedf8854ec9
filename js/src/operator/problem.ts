import { value } from "../core.js";
import { ConsentError, isConsentError } from "../error.js";
import type { Code } from "../generated/codes.js";
import type { Language } from "../types.js";

interface Explained {
  readonly code: Code;
  readonly http_status: number;
  readonly text: Readonly<Record<Language, string>>;
  readonly hint: Readonly<Record<Language, string>>;
}

let codes: ReadonlyMap<string, Explained> | undefined;

function explained(code: string): Explained {
  codes ??= new Map(value<readonly Explained[]>({ op: "codes" }).map((one) => [one.code, one]));
  return codes.get(code) ?? (codes.get("internal") as Explained);
}

/** A refusal inside a handler: it becomes an answer. */
export function refuse(code: Code, path?: string): ConsentError {
  const { text, hint } = explained(code);
  return new ConsentError(code, text.en, path, hint.en, { title: text.ja, hint: hint.ja });
}

/** What a code says in English. */
export function sentence(code: string): string {
  return explained(code).text.en;
}

/** A refusal whose status is another one than its code's. */
export class Misfit extends Error {
  constructor(
    readonly status: number,
    readonly code: Code,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}

/** The answer to a refusal: problem details of RFC 9457. What is no refusal tells nothing of itself. */
export function problem(error: unknown): Response {
  const code = isConsentError(error) || error instanceof Misfit ? error.code : "internal";
  // A holder that is away is somebody else's fault, and a reason to come back.
  const known = explained(code === "holder.unreachable" ? "source.unavailable" : code);
  const body = {
    type: `urn:phr-link:code:${known.code}`,
    title: known.text.en,
    status: error instanceof Misfit ? error.status : known.http_status,
    code: known.code,
    ...(isConsentError(error) && error.path !== undefined ? { path: error.path } : {}),
    hint: known.hint.en,
    ja: { title: known.text.ja, hint: known.hint.ja },
  };
  const more = error instanceof Misfit ? error.headers : {};
  const headers = { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...more };
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/** An answer in JSON that nobody keeps. */
export function answer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  });
}

/** An instant as the contract writes it. */
export function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
