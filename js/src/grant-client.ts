import { randomId } from "./bytes.js";
import { buildConsentRequest } from "./consent.js";
import { delegate, type DelegationInput } from "./delegation.js";
import { pkce } from "./dpop.js";
import { ConsentError } from "./error.js";
import type { CategoryCode } from "./generated/codes.js";
import type { Begun, Link } from "./grant-client/link.js";
import { pause, type Retrieval, type Retrieved } from "./grant-client/retrieval.js";
import { good, refusalOf, text, thrown, Transport, type Refusal } from "./grant-client/transport.js";
import { outcomeOf, type Outcome, type RecordOf } from "./records.js";
import { signToken, type Signer } from "./signer.js";
import type { Detail, Purpose } from "./types.js";
import { s256 } from "./verify.js";

/** Who the app is and which holder it talks to. */
export interface GrantClientOptions {
  /** The holder's entity id, an origin. */
  readonly holder: string;
  /** The app's entity id in the trust list. */
  readonly clientId: string;
  /** The app's name, as the trust list has it. */
  readonly clientName: string;
  readonly redirectUri: string;
  /**
   * Where the keys are: on each person's `device`, made there, or on a `server`, where the trust list names
   * them and each call to the holder is authenticated with them. A device if absent.
   */
  readonly kind?: "device" | "server";
  /** The key that proves each request; kept for as long as the link. */
  readonly signer: Signer;
  readonly fetch?: typeof fetch;
}

/** How records are asked for. */
export interface ReadOptions {
  /** The grant, or the last delegation of a path. */
  readonly grant: string;
  /** The tokens before a delegation, the grant first. */
  readonly parents?: readonly string[];
  readonly purpose?: Purpose;
  /** The first day, `YYYY-MM-DD` in Japan. */
  readonly from?: string;
  /** The last day. */
  readonly to?: string;
  readonly signal?: AbortSignal;
}

/** A page of records, or a refusal with the reason. */
export type Page<C extends CategoryCode = CategoryCode> =
  | {
      readonly outcome: "permit";
      /** `ok`, or `empty`: the source answered, and there is nothing. */
      readonly result: Outcome;
      readonly records: readonly RecordOf<C>[];
      /** How many records there are on all pages. */
      readonly total: number;
      /** The number under which the holder keeps this exchange, where it tells it. */
      readonly exchange?: string;
      /** What gives the next page; absent on the last. */
      readonly next?: string;
    }
  | Refusal;

/** How long before its end a grant counts as ended, in seconds. */
const MARGIN_SECONDS = 30;

/** How long to wait between two looks at a retrieval where the holder does not say, in seconds. */
const LOOK_SECONDS = 2;

/**
 * Links an app with a holder, and reads records with what the person granted.
 *
 * It makes a proof for each call, takes up the holder's nonce, and follows the holder's clock where this
 * machine's is wrong.
 *
 * @see the specification, sections 7 and 9
 */
export class GrantClient {
  readonly #options: GrantClientOptions;
  readonly #transport: Transport;

  constructor(options: GrantClientOptions) {
    this.#options = options;
    // A method of another object: a browser's `fetch` wants its window.
    this.#transport = new Transport(options.signer, options.fetch ?? globalThis.fetch.bind(globalThis));
  }

  /**
   * Pushes a signed request and gives the address to which the person is sent. Keep what it gives until
   * the person comes back.
   *
   * @throws ConsentError with the holder's code, such as `request.redirect-uri`; `holder.unreachable`
   */
  async begin(input: {
    readonly details: readonly Detail[];
    readonly notice: { readonly uri: string; readonly text: string };
  }): Promise<Begun> {
    const { holder, clientId, clientName, redirectUri, signer } = this.#options;
    const { verifier, challenge } = pkce();
    const state = randomId();
    const request = await buildConsentRequest(
      {
        clientId,
        clientName,
        holder,
        redirectUri,
        state,
        codeChallenge: challenge,
        details: input.details,
        notice: { uri: input.notice.uri, s256: s256(input.notice.text) },
        now: this.#transport.now(),
      },
      signer,
      { byKid: this.#options.kind === "server" },
    );
    const form = await this.#authenticated({ request });
    const answer = good(await this.#transport.send({ method: "POST", url: this.#at("/par"), form }));
    const query = new URLSearchParams({ client_id: clientId, request_uri: text(answer, "request_uri") });
    const url = `${holder}/authorize?${query.toString()}`;
    return { url, state, verifier, expiresIn: Number(answer["expires_in"]) };
  }

  /**
   * Redeems what the person brought back.
   *
   * @throws ConsentError `consent.denied` if the person refused; `consent.transaction` if the answer
   * is not to our request or not from our holder
   */
  async finish(callback: URL, begun: Pick<Begun, "state" | "verifier">): Promise<Link> {
    const query = callback.searchParams;
    if (query.get("state") !== begun.state || query.get("iss") !== this.#options.holder) {
      throw new ConsentError(
        "consent.transaction",
        "the answer is not to this request",
        undefined,
        "begin again from the app",
        { title: "この答えは、この求めへのものではありません", hint: "アプリからやり直してください" },
      );
    }
    if (query.get("error") !== null) {
      throw new ConsentError("consent.denied", "the person gave nothing", undefined, "nothing was shared", {
        title: "記録は渡していません",
        hint: "渡すときは、もう一度はじめてください",
      });
    }
    return this.#token({
      grant_type: "authorization_code",
      code: query.get("code") ?? "",
      code_verifier: begun.verifier,
      redirect_uri: this.#options.redirectUri,
    });
  }

  /**
   * Exchanges the live consent for the next grant.
   *
   * @throws ConsentError `consent.withdrawn`, `consent.expired` and the like once the person ended it
   */
  async renew(link: Pick<Link, "consent">): Promise<Link> {
    return this.#token({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: link.consent,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    });
  }

  /**
   * Gives the link if its grant lasts for half a minute more, else the renewed one: keep what it gives.
   *
   * @throws ConsentError as {@link GrantClient.renew}
   */
  async fresh(link: Link): Promise<Link> {
    return link.expiresAt - MARGIN_SECONDS > this.#transport.now() ? link : this.renew(link);
  }

  /** Reads one page of a category; a refusal is a value. @throws ConsentError `holder.unreachable` */
  async page<C extends CategoryCode>(
    category: C,
    options: ReadOptions & { readonly cursor?: string },
  ): Promise<Page<C>> {
    const url = this.#at(`/records/${category}`);
    for (const name of ["from", "to", "cursor"] as const) {
      if (options[name] !== undefined) url.searchParams.set(name, options[name]);
    }
    return this.#bundle<C>(url, options);
  }

  /**
   * Reads every record of a category, page after page.
   *
   * @example
   * for await (const record of client.records("allergy", { grant: link.grant })) show(record.code?.text);
   * @throws ConsentError with the code of the refusal
   */
  async *records<C extends CategoryCode>(
    category: C,
    options: ReadOptions,
  ): AsyncGenerator<RecordOf<C>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page: Page<C> = await this.page(category, cursor === undefined ? options : { ...options, cursor });
      if (page.outcome === "deny") throw thrown(page);
      yield* page.records;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  /**
   * Fetches records from a source that takes its time, and waits until they are there.
   *
   * `onProgress` hears of every change: in the state `awaiting-user` the person has to go to `user_url`.
   * Abort the signal to stop waiting; the retrieval goes on, and is taken up again with `resume`, its id.
   *
   * @throws ConsentError with the holder's code; an abort throws the signal's reason
   */
  async retrieve<C extends CategoryCode>(
    category: C,
    options: ReadOptions & {
      readonly resume?: string;
      readonly onProgress?: (retrieval: Retrieval<C>) => void;
    },
  ): Promise<Retrieved<C>> {
    const { from, to, purpose, onProgress, signal } = options;
    const period = from === undefined && to === undefined ? undefined : { from: from ?? null, to: to ?? null };
    let reply =
      options.resume === undefined
        ? await this.#granted("POST", this.#at("/retrievals"), options, {
            category,
            ...(period === undefined ? {} : { period }),
            ...(purpose === undefined ? {} : { purpose }),
          })
        : await this.#granted("GET", this.#at(`/retrievals/${encodeURIComponent(options.resume)}`), options);
    let told = "";
    for (;;) {
      const retrieval = good(reply) as unknown as Retrieval<C>;
      if (retrieval.state !== told) onProgress?.(retrieval);
      told = retrieval.state;
      if (retrieval.state === "succeeded") return { retrieval, records: await this.#retrieved(retrieval, options) };
      if (["failed", "expired", "cancelled"].includes(retrieval.state)) return { retrieval, records: [] };
      const wait = Number(reply.headers.get("Retry-After") ?? Number.NaN);
      await pause(Number.isFinite(wait) ? wait : LOOK_SECONDS, signal);
      reply = await this.#granted("GET", this.#at(`/retrievals/${encodeURIComponent(retrieval.id)}`), options);
    }
  }

  /** Ends a retrieval that is under way. @throws ConsentError `retrieval.state` if it has ended */
  async cancelRetrieval(id: string, options: ReadOptions): Promise<Retrieval> {
    const url = this.#at(`/retrievals/${encodeURIComponent(id)}/cancel`);
    return good(await this.#granted("POST", url, options)) as unknown as Retrieval;
  }

  /**
   * Passes a part of the grant on to an institution: a narrower token, signed by this app's key.
   *
   * @throws ConsentError `scope.*-wider` if it would give more than the grant
   */
  async share(link: Pick<Link, "grant">, input: Omit<DelegationInput, "parent">): Promise<string> {
    return delegate({ ...input, parent: link.grant, now: input.now ?? this.#transport.now() }, this.#options.signer);
  }

  /** Gives a grant back: it ends now, the consent stays. */
  async revoke(link: Pick<Link, "grant">): Promise<void> {
    const form = await this.#authenticated({ token: link.grant });
    good(await this.#transport.send({ method: "POST", url: this.#at("/revoke"), form, isProven: true }));
  }

  async #retrieved<C extends CategoryCode>(
    retrieval: Retrieval<C>,
    options: ReadOptions,
  ): Promise<readonly RecordOf<C>[]> {
    const page = await this.#bundle<C>(this.#at(`/retrievals/${encodeURIComponent(retrieval.id)}/records`), options);
    if (page.outcome === "deny") throw thrown(page);
    return page.records;
  }

  async #bundle<C extends CategoryCode>(url: URL, options: ReadOptions): Promise<Page<C>> {
    const reply = await this.#granted("GET", url, options);
    if (reply.status >= 400) return refusalOf(reply);
    const bundle = reply.body as {
      readonly total?: number;
      readonly entry?: readonly { readonly resource: RecordOf<C> }[];
      readonly link?: readonly { readonly relation: string; readonly url: string }[];
    };
    const next = bundle.link?.find(({ relation }) => relation === "next")?.url;
    // Of the next page's address only the cursor counts: the rest is ours.
    const cursor = next === undefined ? null : new URL(next, url).searchParams.get("cursor");
    const exchange = reply.headers.get("PHR-Exchange");
    return {
      outcome: "permit",
      ...(exchange === null ? {} : { exchange }),
      result: outcomeOf(reply.body),
      records: (bundle.entry ?? []).map(({ resource }) => resource),
      total: bundle.total ?? 0,
      ...(cursor === null ? {} : { next: cursor }),
    };
  }

  #granted(method: "GET" | "POST", url: URL, options: ReadOptions, json?: unknown) {
    return this.#transport.send({
      method,
      url,
      grant: options.grant,
      ...(json === undefined ? {} : { json, idempotencyKey: randomId() }),
      ...(options.parents === undefined ? {} : { parents: options.parents }),
      ...(options.purpose === undefined ? {} : { purpose: options.purpose }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  async #token(fields: Readonly<Record<string, string>>): Promise<Link> {
    const form = await this.#authenticated(fields);
    const body = good(await this.#transport.send({ method: "POST", url: this.#at("/token"), form, isProven: true }));
    return {
      grant: text(body, "access_token"),
      expiresAt: this.#transport.now() + Number(body["expires_in"]),
      consent: text(body, "phr_consent"),
      receipt: text(body, "phr_receipt"),
      details: body["authorization_details"] as readonly Detail[],
    };
  }

  /** The form with who sends it; a server says so with its key (RFC 7523). */
  async #authenticated(fields: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const { clientId, holder, kind, signer } = this.#options;
    if (kind !== "server") return { ...fields, client_id: clientId };
    const iat = this.#transport.now();
    const claims = { iss: clientId, sub: clientId, aud: holder, iat, exp: iat + 60, jti: randomId() };
    return {
      ...fields,
      client_id: clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await signToken("client-authentication+jwt", claims, signer),
    };
  }

  #at(path: string): URL {
    return new URL(path, this.#options.holder);
  }
}
