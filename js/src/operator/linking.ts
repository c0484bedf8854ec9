import { GrantClient } from "../grant-client.js";
import type { Consent } from "../claims.js";
import type { Detail } from "../types.js";
import { isConsentError } from "../error.js";
import { verifyIssued } from "../issued.js";
import { inspect, s256, thumbprint } from "../verify.js";
import { eraseFetched, findArrangement, keepArrangement } from "./arrangement.js";
import { memberOf, membersOf } from "./members.js";
import type { OperatorOptions, OperatorSession } from "./options.js";
import { answer, refuse } from "./problem.js";
import { keepDocument } from "./receipting.js";

/** How long a person may take at the holder, in seconds. */
const PATIENCE_SECONDS = 2_400;

/** The client with which the operator asks its holder. */
export async function clientOf(options: OperatorOptions, now: number): Promise<GrantClient> {
  const { base, holder, signer } = options;
  const trust = await options.trust();
  const own = memberOf(trust, base, now);
  // Only a holder of the trust list gets our people.
  const isHolder = membersOf(trust, now).some(({ id, roles }) => id === holder && roles.includes("holder"));
  if (!isHolder) throw refuse("issuer.untrusted", "/holder");
  return new GrantClient({
    holder,
    clientId: base,
    clientName: own.name,
    redirectUri: `${base}/link/callback`,
    kind: "server",
    signer,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
}

/** `POST /link`: asks the holder, and says where the person goes. */
export async function begin(
  options: OperatorOptions,
  session: OperatorSession,
  body: unknown,
  now: number,
): Promise<Response> {
  const { holder, details } = (typeof body === "object" && body !== null ? body : {}) as {
    holder?: unknown;
    details?: unknown;
  };
  if (holder !== options.holder) throw refuse("issuer.untrusted", "/holder");
  if (details !== undefined && details !== null && !Array.isArray(details))
    throw refuse("caller.malformed", "/details");
  const client = await clientOf(options, now);
  const notice = { uri: `${options.base}/notice.txt`, text: options.notice };
  const begun = await client.begin({ details: (details ?? options.details) as readonly Detail[], notice });
  const value = { session: session.id, verifier: begun.verifier, begunAt: now };
  await options.store.atomically((rows) =>
    rows.put({ kind: "link", id: begun.state, person: session.person, due: now + PATIENCE_SECONDS, value }),
  );
  return answer({ url: begun.url, expires_in: begun.expiresIn }, 201);
}

/** `GET /link/callback`: the person comes back; taken once, in the session that began it. */
export async function end(
  options: OperatorOptions,
  session: OperatorSession,
  url: URL,
  now: number,
): Promise<{ readonly response: Response; readonly linked: boolean }> {
  const state = url.searchParams.get("state") ?? "";
  const begun = await options.store.atomically(async (rows) => {
    const row = await rows.get("link", state);
    if (row === undefined || row.person !== session.person || row.value["session"] !== session.id) return undefined;
    await rows.delete("link", state);
    return Number(row.value["begunAt"]) > now - PATIENCE_SECONDS ? row.value : undefined;
  });
  if (begun === undefined) throw refuse("consent.transaction");
  const home = new URL(options.home ?? "/", options.base);
  const client = await clientOf(options, now);
  try {
    const link = await client.finish(url, { state, verifier: String(begun["verifier"]) });
    await keep(options, session.person, link, now);
  } catch (error) {
    if (!isConsentError(error, "consent.denied")) throw error;
    home.searchParams.set("refused", "");
    return { response: redirect(home), linked: false };
  }
  return { response: redirect(home), linked: true };
}

function redirect(to: URL): Response {
  return new Response(null, { status: 303, headers: { Location: to.href, "Cache-Control": "no-store" } });
}

/** Keeps what the holder handed over, once it is checked to be of this holder, for us, about one arrangement. */
async function keep(
  options: OperatorOptions,
  person: string,
  link: { readonly grant: string; readonly consent: string; readonly receipt: string },
  now: number,
): Promise<void> {
  const trust = await options.trust();
  const grant = verifyIssued(link.grant, { kind: "phr-grant+jwt", trust, now });
  const receipt = verifyIssued(link.receipt, { kind: "phr-receipt+jwt", trust, now });
  const consent = inspect(link.consent, now).claims as unknown as Consent | null;
  const fits =
    consent !== null &&
    grant.iss === options.holder &&
    grant.client_id === options.base &&
    grant.cnf.jkt === thumbprint(options.signer.jwk) &&
    grant.consent_s256 === s256(link.consent) &&
    receipt.iss === options.holder &&
    receipt.arrangement_id === grant.arrangement_id;
  if (!fits) throw refuse("binding.mismatch");
  await options.store.atomically(async (rows) => {
    const before = await findArrangement(rows, grant.arrangement_id);
    // The person who is signed in here stays the one: an arrangement never changes hands.
    if (before !== undefined && (before.person !== person || before.sub !== grant.sub))
      throw refuse("subject.mismatch");
    const arrangement = {
      id: grant.arrangement_id,
      person,
      holder: options.holder,
      sub: grant.sub,
      consent: link.consent,
      consentId: consent.jti,
      consentHash: s256(link.consent),
      details: consent.authorization_details,
      receipt: link.receipt,
      grant: link.grant,
      expiresAt: grant.exp,
      state: "active",
      dueAt: now,
      failed: 0,
      nextSeq: before?.nextSeq ?? 0,
      ...(before?.lastHash === undefined ? {} : { lastHash: before.lastHash }),
    } as const;
    await keepArrangement(rows, arrangement);
    // What was erased or failed under the last consent says nothing of this one.
    for (const { kind, id } of await rows.find({ kind: "fetch", arrangement: arrangement.id }))
      await rows.delete(kind, id);
    // What came before and may not be kept under this consent goes.
    const kept = arrangement.details
      .filter(({ handling }) => handling === "store")
      .flatMap(({ datatypes }) => datatypes);
    const had = await rows.find({ kind: "record", person, arrangement: arrangement.id });
    const gone = [...new Set(had.map(({ value }) => String(value["category"])))].filter(
      (code) => !(kept as readonly string[]).includes(code),
    );
    if (gone.length > 0) await eraseFetched(rows, arrangement, gone);
    await keepDocument(rows, person, "consent", link.consent, arrangement.id);
    await keepDocument(rows, person, "receipt", link.receipt, arrangement.id);
  });
}
