import { nowInSeconds } from "../bytes.js";
import { thumbprint, s256 } from "../verify.js";
import { exported, imported } from "./carrying.js";
import { erase, look } from "./erasing.js";
import { receive } from "./events.js";
import { facts, receipts } from "./facts.js";
import { fetchDue } from "./fetching.js";
import { begin, end } from "./linking.js";
import type { OperatorOptions, OperatorSession } from "./options.js";
import { Misfit, problem, refuse } from "./problem.js";

/** A lifetime's export is taken in at once; everything else is small. */
const MAX_IMPORT_BYTES = 64 * 1_024 * 1_024;
const MAX_BYTES = 64 * 1_024;
const FRESH_SECONDS = 300;
const KEPT_SECONDS = 86_400;
/** After how long a call that was never answered counts as lost. */
const LOST_SECONDS = 120;

interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly id: string;
}

/** One call: its method, its path, and what it does. */
interface Route {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly run: (call: Call) => Promise<Response>;
}

/**
 * The operator side of the contract as a Fetch handler: `Request` in, `Response` out, in Node, Deno, Bun,
 * Workers, Hono and Next. The vendor brings the person's session, a store and the trust list.
 *
 * @example
 * const operator = new OperatorHandler(options);
 * const response = await operator.handle(new Request("https://phr.example/jwks"));
 * @see the specification, section 12
 */
export class OperatorHandler {
  readonly #options: OperatorOptions;
  readonly #routes: readonly Route[];

  constructor(options: OperatorOptions) {
    this.#options = options;
    const route = (method: Route["method"], path: RegExp, run: Route["run"]): Route => ({ method, path, run });
    this.#routes = [
      route("GET", /^\/\.well-known\/phr-operator$/, () => facts(options, this.#now())),
      route("GET", /^\/jwks$/, async () => this.#jwks()),
      route(
        "GET",
        /^\/notice\.txt$/,
        async () => new Response(options.notice, { headers: { "Content-Type": "text/plain; charset=utf-8" } }),
      ),
      route("POST", /^\/events$/, async ({ request }) =>
        receive(options, request, await text(request, MAX_BYTES), this.#now()),
      ),
      route("POST", /^\/link$/, (call) =>
        this.#creates(call, (session, body) => begin(options, session, body, this.#now())),
      ),
      route("GET", /^\/link\/callback$/, (call) => this.#linked(call)),
      route("GET", /^\/export$/, async ({ request }) =>
        exported(options, this.#fresh(await this.#session(request)), this.#now()),
      ),
      route("POST", /^\/import$/, (call) =>
        this.#creates(call, (session, body) => imported(options, session, body, this.#now())),
      ),
      route("POST", /^\/erasure$/, (call) =>
        this.#creates(call, (session, body) => erase(options, this.#fresh(session), body, this.#now())),
      ),
      route("GET", /^\/erasure\/([A-Za-z0-9_-]{22})$/, async ({ request, id }) =>
        look(options, await this.#session(request), id),
      ),
      route("GET", /^\/receipts$/, async ({ request }) => receipts(options, await this.#session(request))),
    ];
  }

  /** Answers one request; never throws. What is not of the contract is answered with 404. */
  async handle(request: Request): Promise<Response> {
    try {
      const url = new URL(request.url);
      const found = this.#routes.filter(({ path }) => path.test(url.pathname));
      const route = found.find(({ method }) => method === request.method);
      if (route === undefined && found.length > 0)
        throw new Misfit(405, "server.no-such-call", { Allow: found.map(({ method }) => method).join(", ") });
      if (route === undefined) throw refuse("server.no-such-call");
      const id = route.path.exec(url.pathname)?.[1] ?? "";
      return await route.run({ request, url, id });
    } catch (error) {
      return problem(error);
    }
  }

  /**
   * Fetches the records that are due and forgets those that may not be kept any longer. Call it every
   * minute or so; it is also called after each linking.
   *
   * @returns for how many arrangements it asked
   */
  fetchDue(): Promise<number> {
    return fetchDue(this.#options, () => this.#now());
  }

  #jwks(): Response {
    const { jwk } = this.#options.signer;
    const keys = [{ ...jwk, kid: thumbprint(jwk), use: "sig" }];
    return new Response(JSON.stringify({ keys }), { headers: { "Content-Type": "application/json" } });
  }

  async #linked({ request, url }: Call): Promise<Response> {
    const { response, linked } = await end(this.#options, await this.#session(request), url, this.#now());
    if (linked) {
      // What fails now is tried again: fetching is due until it was done.
      const work = this.fetchDue().catch(() => undefined);
      this.#options.waitUntil?.(work);
    }
    return response;
  }

  /**
   * A call of the person's own page that creates something: of our origin, by who is signed in; told twice
   * with one `Idempotency-Key` it is done once.
   */
  async #creates(
    { request, url }: Call,
    run: (session: OperatorSession, body: unknown) => Promise<Response>,
  ): Promise<Response> {
    if (request.headers.get("Origin") !== new URL(this.#options.base).origin) throw refuse("session.cross-origin");
    const session = await this.#session(request);
    if (!/^application\/json(;|$)/.test(request.headers.get("Content-Type") ?? ""))
      throw new Misfit(415, "caller.malformed");
    const raw = await text(request, url.pathname === "/import" ? MAX_IMPORT_BYTES : MAX_BYTES);
    const body = json(raw);
    const key = request.headers.get("Idempotency-Key");
    if (key === null) return run(session, body);
    if (!/^[\x21-\x7e]{1,128}$/.test(key)) throw refuse("caller.misuse", "/Idempotency-Key");
    const id = s256(JSON.stringify([session.person, url.pathname, key]));
    const hash = s256(raw);
    const { store } = this.#options;
    const before = await store.atomically(async (rows) => {
      const row = await rows.get("call", id);
      const age = this.#now() - Number(row?.value["at"]);
      if (row !== undefined && age < (row.value["status"] === undefined ? LOST_SECONDS : KEPT_SECONDS))
        return row.value;
      await rows.put({
        kind: "call",
        id,
        person: session.person,
        due: this.#now() + KEPT_SECONDS,
        value: { hash, at: this.#now() },
      });
      return undefined;
    });
    if (before !== undefined) {
      if (before["hash"] !== hash) throw refuse("caller.key-reused");
      if (before["status"] === undefined) throw refuse("caller.key-in-flight");
      return new Response(String(before["body"]), {
        status: Number(before["status"]),
        headers: before["headers"] as Record<string, string>,
      });
    }
    let response: Response;
    try {
      response = await run(session, body);
    } catch (error) {
      // A refusal did nothing: the same call may be made again.
      await store.atomically((rows) => rows.delete("call", id));
      throw error;
    }
    const copy = await response.clone().text();
    const value = {
      hash,
      at: this.#now(),
      status: response.status,
      body: copy,
      headers: Object.fromEntries(response.headers),
    };
    await store.atomically((rows) =>
      rows.put({ kind: "call", id, person: session.person, due: this.#now() + KEPT_SECONDS, value }),
    );
    return response;
  }

  async #session(request: Request): Promise<OperatorSession> {
    const session = await this.#options.session(request);
    if (session === undefined) throw refuse("session.missing");
    return session;
  }

  #fresh(session: OperatorSession): OperatorSession {
    if (this.#now() - session.signedInAt > FRESH_SECONDS) throw refuse("session.step-up-required");
    return session;
  }

  #now(): number {
    return this.#options.now?.() ?? nowInSeconds();
  }
}

/** The body as text, cut off where it is too large. */
async function text(request: Request, most: number): Promise<string> {
  const reader = request.body?.getReader();
  if (reader === undefined) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Misfit(413, "caller.malformed");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch {
    throw refuse("caller.malformed");
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("caller.malformed");
  }
}
