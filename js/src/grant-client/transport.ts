import { nowInSeconds } from "../bytes.js";
import { dpopProof } from "../dpop.js";
import { ConsentError, type ErrorCode, type Translated } from "../error.js";
import type { Signer } from "../signer.js";
import type { Purpose } from "../types.js";

/** What a call to the holder carries. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Whether the call is proven by the key; calls with a grant always are. */
  readonly isProven?: boolean;
  readonly grant?: string;
  readonly parents?: readonly string[];
  readonly purpose?: Purpose;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A refusal as a value. */
export interface Refusal {
  readonly outcome: "deny";
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
  readonly hint?: string;
  /** The same in Japanese. */
  readonly ja?: Translated;
  /** After how many seconds to ask again, where the holder says so. */
  readonly retryAfter?: number;
}

/** Calls that a server answers with its own nonce or that a wrong clock spoils are made once more. */
const ATTEMPTS = 3;

/** Sends calls with proofs, and learns the server's nonce and clock as it goes. */
export class Transport {
  readonly #signer: Signer;
  readonly #fetch: typeof fetch;
  #nonce: string | undefined;
  /** How far the holder's clock is ahead of this one, in seconds. */
  #ahead = 0;

  constructor(signer: Signer, fetcher: typeof fetch) {
    this.#signer = signer;
    this.#fetch = fetcher;
  }

  /** The time by the holder's clock, as far as it is known. */
  now(): number {
    return nowInSeconds() + this.#ahead;
  }

  /**
   * Sends a call.
   *
   * @throws ConsentError `holder.unreachable` if no answer comes; an abort throws the signal's reason
   */
  async send(call: Call): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      const before = { nonce: this.#nonce, ahead: this.#ahead };
      const reply = await this.#once(call);
      const code = reply.body["code"];
      const learned = this.#nonce !== before.nonce && this.#nonce !== undefined;
      const asksNonce = code === "proof.nonce-required" || reply.body["error"] === "use_dpop_nonce";
      const isSkewed = (code === "proof.stale" || code === "proof.future") && this.#learnClock(reply.headers);
      if (attempt >= ATTEMPTS || !((asksNonce && learned) || isSkewed)) return reply;
    }
  }

  async #once(call: Call): Promise<Reply> {
    const headers = new Headers();
    if (call.grant !== undefined || call.isProven) headers.set("DPoP", await this.#proof(call));
    if (call.grant !== undefined) headers.set("Authorization", `DPoP ${call.grant}`);
    if (call.parents !== undefined && call.parents.length > 0) headers.set("PHR-Chain", call.parents.join(","));
    if (call.idempotencyKey !== undefined) headers.set("Idempotency-Key", call.idempotencyKey);
    let body: string | undefined;
    if (call.form !== undefined) {
      headers.set("Content-Type", "application/x-www-form-urlencoded");
      body = new URLSearchParams(call.form).toString();
    } else if (call.json !== undefined) {
      headers.set("Content-Type", "application/json");
      body = JSON.stringify(call.json);
    }
    let answer: Response;
    try {
      answer = await this.#fetch(call.url, {
        method: call.method,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      throw unreachable(error);
    }
    this.#nonce = answer.headers.get("DPoP-Nonce") ?? this.#nonce;
    return { status: answer.status, headers: answer.headers, body: await plain(answer) };
  }

  #proof(call: Call): Promise<string> {
    return dpopProof(
      {
        method: call.method,
        url: call.url.href,
        now: this.now(),
        ...(call.grant === undefined ? {} : { token: call.grant }),
        ...(this.#nonce === undefined ? {} : { nonce: this.#nonce }),
        ...(call.purpose === undefined ? {} : { purpose: call.purpose }),
      },
      this.#signer,
    );
  }

  /** Whether the holder's `Date` says something that was not known. */
  #learnClock(headers: Headers): boolean {
    const date = Date.parse(headers.get("Date") ?? "");
    if (Number.isNaN(date)) return false;
    const ahead = Math.round(date / 1000) - nowInSeconds();
    if (Math.abs(ahead - this.#ahead) < 5) return false;
    this.#ahead = ahead;
    return true;
  }
}

/** The words for a holder that does not answer, or for whom a gateway answers. */
const AWAY = {
  code: "holder.unreachable",
  title: "the holder does not answer, or its answer may not be read from this page",
  hint: "check the connection, and that the holder knows this origin; then try again",
  ja: { title: "情報保有者から答えがありません", hint: "通信を確かめて、もう一度ためしてください" },
} as const;

function unreachable(cause: unknown): ConsentError {
  const error = new ConsentError(AWAY.code, AWAY.title, undefined, AWAY.hint, AWAY.ja);
  return Object.assign(error, { cause });
}

/** The body as an object; what is no JSON has no members, and its status still counts. */
async function plain(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await answer.json().catch(() => null);
  return typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
}

/** A member that is text; empty where it is not. */
export function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const found = body[name];
  return typeof found === "string" ? found : "";
}

/** Reads a refusal: a problem of RFC 9457, or an error of OAuth. */
export function refusalOf({ status, headers, body }: Reply): Refusal {
  const wait = Number(headers.get("Retry-After") ?? Number.NaN);
  const hint = text(body, "hint");
  const code = text(body, "code");
  const retry = Number.isFinite(wait) ? { retryAfter: wait } : {};
  // An answer without a code is not one of ours: a gateway's, for example.
  if (code === "" && status >= 500) return { outcome: "deny", status, ...AWAY, ...retry };
  return {
    outcome: "deny",
    status,
    code: (code || "internal") as ErrorCode,
    title: text(body, "title") || text(body, "error_description") || `the holder answered ${status}`,
    ...(hint === "" ? {} : { hint }),
    ...(isTranslated(body["ja"]) ? { ja: body["ja"] } : {}),
    ...retry,
  };
}

/** The exception for a refusal. */
export function thrown(refusal: Refusal): ConsentError {
  return new ConsentError(refusal.code, refusal.title, undefined, refusal.hint, refusal.ja);
}

/** The body of a good answer. @throws ConsentError with the holder's code */
export function good(reply: Reply): Readonly<Record<string, unknown>> {
  if (reply.status < 400) return reply.body;
  throw thrown(refusalOf(reply));
}

function isTranslated(value: unknown): value is Translated {
  if (typeof value !== "object" || value === null) return false;
  return "title" in value && typeof value.title === "string" && "hint" in value && typeof value.hint === "string";
}
