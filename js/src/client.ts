import { randomId } from "./bytes.js";
import { buildConsentRequest } from "./consent.js";
import { dpopProof, pkce } from "./dpop.js";
import { ConsentError, type ErrorCode } from "./error.js";
import type { CategoryCode } from "./generated/codes.js";
import type { Signer } from "./signer.js";
import type { Detail, Purpose } from "./types.js";
import { s256 } from "./verify.js";

/** Who the app is and which holder it talks to. */
export interface ClientOptions {
  readonly holder: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly redirectUri: string;
  /** The key that proves each request; kept for as long as the link. */
  readonly signer: Signer;
  readonly fetch?: typeof fetch;
}

/** What linking gives. */
export interface Linked {
  readonly grant: string;
  readonly consent: string;
  readonly receipt: string;
  readonly expiresIn: number;
  readonly details: readonly Detail[];
}

/** What a request for records gives: records with an outcome, or a refusal with the reason. */
export type RecordsAnswer =
  | { readonly outcome: "permit"; readonly status: number; readonly bundle: Readonly<Record<string, unknown>> }
  | {
      readonly outcome: "deny";
      readonly status: number;
      readonly code: ErrorCode;
      readonly title: string;
      readonly hint?: string;
      /** The same in Japanese. */
      readonly ja?: { readonly title: string; readonly hint: string };
    };

/** Drives the linking of an app with a holder, and reads records. */
export class PhrClient {
  readonly #options: ClientOptions;
  readonly #fetch: typeof fetch;
  #nonce: string | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /**
   * Pushes a signed request and gives the address to which the person is sent.
   *
   * Keep `state` and `verifier` until the person comes back.
   */
  async begin(input: {
    readonly details: readonly Detail[];
    readonly notice: { readonly uri: string; readonly text: string };
  }): Promise<{ readonly url: string; readonly state: string; readonly verifier: string }> {
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
      },
      signer,
    );
    const answer = await this.#post("/par", { client_id: clientId, request });
    const uri = text(answer, "request_uri");
    const query = new URLSearchParams({ client_id: clientId, request_uri: uri });
    return { url: `${holder}/authorize?${query.toString()}`, state, verifier };
  }

  /**
   * Redeems what the person brought back.
   *
   * @throws ConsentError `consent.denied` if the person refused; `consent.transaction` if the answer
   * is not to our request or not from our holder
   */
  async finish(callback: URL, kept: { readonly state: string; readonly verifier: string }): Promise<Linked> {
    const query = callback.searchParams;
    if (query.get("state") !== kept.state || query.get("iss") !== this.#options.holder) {
      throw new ConsentError("consent.transaction", "the answer is not to this request");
    }
    if (query.get("error") !== null) {
      throw new ConsentError("consent.denied", query.get("error") ?? "refused");
    }
    return this.#token({
      grant_type: "authorization_code",
      code: query.get("code") ?? "",
      code_verifier: kept.verifier,
      redirect_uri: this.#options.redirectUri,
    });
  }

  /** Exchanges a live consent for the next grant. */
  async renew(consent: string): Promise<Linked> {
    return this.#token({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: consent,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    });
  }

  /** Reads records of one category with a grant, or with a delegation and its parents. */
  async records(
    category: CategoryCode,
    input: {
      readonly grant: string;
      readonly parents?: readonly string[];
      readonly purpose?: Purpose;
      readonly from?: string;
      readonly to?: string;
    },
  ): Promise<RecordsAnswer> {
    const url = new URL(`${this.#options.holder}/records/${category}`);
    if (input.from !== undefined) url.searchParams.set("from", input.from);
    if (input.to !== undefined) url.searchParams.set("to", input.to);
    const send = async () => {
      const proof = await dpopProof(
        {
          method: "GET",
          url: url.href,
          token: input.grant,
          ...(this.#nonce === undefined ? {} : { nonce: this.#nonce }),
          ...(input.purpose === undefined ? {} : { purpose: input.purpose }),
        },
        this.#options.signer,
      );
      const answer = await this.#fetch(url, {
        headers: {
          Authorization: `DPoP ${input.grant}`,
          DPoP: proof,
          ...(input.parents === undefined ? {} : { "PHR-Chain": input.parents.join(",") }),
        },
      });
      this.#nonce = answer.headers.get("DPoP-Nonce") ?? this.#nonce;
      return { ok: answer.ok, status: answer.status, body: await plain(answer) };
    };
    let answer = await send();
    // A server may ask for its own nonce: once is enough.
    if (answer.body["code"] === "proof.nonce-required" && this.#nonce !== undefined) answer = await send();
    const { body } = answer;
    if (answer.ok) return { outcome: "permit", status: answer.status, bundle: body };
    return {
      outcome: "deny",
      status: answer.status,
      // An answer without a code is not one of ours, a gateway's for example.
      code: (text(body, "code") || "internal") as ErrorCode,
      title: text(body, "title"),
      ...(typeof body["hint"] === "string" ? { hint: body["hint"] } : {}),
      ...(isJapanese(body["ja"]) ? { ja: body["ja"] } : {}),
    };
  }

  async #token(form: Readonly<Record<string, string>>): Promise<Linked> {
    const url = `${this.#options.holder}/token`;
    const send = async () => {
      const proof = await dpopProof(
        { method: "POST", url, ...(this.#nonce === undefined ? {} : { nonce: this.#nonce }) },
        this.#options.signer,
      );
      return this.#send("/token", { ...form, client_id: this.#options.clientId }, { DPoP: proof });
    };
    let answer = await send();
    // The first answer brings the server's nonce; the second request carries it.
    if (answer.status >= 400 && this.#nonce !== undefined && answer.body["error"] === "use_dpop_nonce") {
      answer = await send();
    }
    const body = okBody(answer);
    return {
      grant: text(body, "access_token"),
      consent: text(body, "phr_consent"),
      receipt: text(body, "phr_receipt"),
      expiresIn: Number(body["expires_in"]),
      details: body["authorization_details"] as readonly Detail[],
    };
  }

  async #post(path: string, form: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    return okBody(await this.#send(path, form, {}));
  }

  async #send(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) {
    const answer = await this.#fetch(`${this.#options.holder}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(form).toString(),
    });
    this.#nonce = answer.headers.get("DPoP-Nonce") ?? this.#nonce;
    return { status: answer.status, body: await plain(answer) };
  }
}

/** The body as an object; what is no JSON has no members, and its status still counts. */
async function plain(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await answer.json().catch(() => null);
  return typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
}

function okBody(answer: { readonly status: number; readonly body: Readonly<Record<string, unknown>> }) {
  if (answer.status < 400) return answer.body;
  const { body } = answer;
  const code = typeof body["code"] === "string" ? (body["code"] as ErrorCode) : "internal";
  const message = typeof body["error_description"] === "string" ? body["error_description"] : code;
  throw new ConsentError(code, message, undefined, typeof body["hint"] === "string" ? body["hint"] : undefined);
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const found = body[name];
  return typeof found === "string" ? found : "";
}

function isJapanese(value: unknown): value is { readonly title: string; readonly hint: string } {
  if (typeof value !== "object" || value === null) return false;
  return "title" in value && typeof value.title === "string" && "hint" in value && typeof value.hint === "string";
}
