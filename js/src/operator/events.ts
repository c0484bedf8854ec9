import { isConsentError } from "../error.js";
import type { EventSubject, SecurityEvent } from "../claims.js";
import { verifyIssued } from "../issued.js";
import { ended, eraseFetched, findArrangement, keepArrangement, type Arrangement } from "./arrangement.js";
import { eraseArrangement } from "./erasing.js";
import type { OperatorOptions } from "./options.js";
import { answer, problem, refuse, sentence } from "./problem.js";
import { party } from "./receipting.js";
import type { Rows } from "./store.js";

const MAX_BYTES = 16 * 1_024;

/** RFC 8935's words for refusals. */
const WORDS: Readonly<Record<string, string>> = {
  "audience.mismatch": "invalid_audience",
  "issuer.untrusted": "invalid_issuer",
  "trust.suspended": "invalid_issuer",
  "key.unknown": "invalid_key",
  "signature.invalid": "authentication_failed",
  "issuer.kind-not-allowed": "access_denied",
  "consent.unknown": "access_denied",
};

/** `POST /events`: a holder tells what ended, and the use stops before it is acknowledged. */
export async function receive(
  options: OperatorOptions,
  request: Request,
  text: string,
  now: number,
): Promise<Response> {
  try {
    if (request.headers.get("Content-Type") !== "application/secevent+jwt") throw refuse("caller.malformed");
    if (text.length > MAX_BYTES) throw refuse("token.too-large");
    await take(options, text, now);
    return new Response(null, { status: 202, headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    if (!isConsentError(error) || error.code === "internal") return problem(error);
    return answer(
      { err: WORDS[error.code] ?? "invalid_request", description: sentence(error.code), code: error.code },
      400,
    );
  }
}

async function take(options: OperatorOptions, token: string, now: number): Promise<void> {
  const trust = await options.trust();
  const event = verifyIssued(token, { kind: "secevent+jwt", trust, audience: options.base, now });
  const parties = { provider: party(trust, event.iss, now), recipient: party(trust, options.base, now) };
  await options.store.atomically(async (rows) => {
    const name = `${event.iss} ${event.jti}`;
    // Told again, it is acknowledged again, and nothing else happens.
    if ((await rows.get("event", name)) !== undefined) return;
    await rows.put({ kind: "event", id: name, value: { at: now } });
    const withdrawn = await about(rows, event, event.events["urn:phr-link:event:consent-withdrawn"]);
    if (withdrawn?.state === "active") {
      await keepArrangement(rows, ended(withdrawn, "ended"));
      await eraseFetched(rows, withdrawn);
    }
    const revoked = await about(rows, event, event.events["urn:phr-link:event:grant-revoked"]);
    // The consent lives: the next fetch asks for a fresh grant.
    if (revoked?.state === "active") await keepArrangement(rows, { ...revoked, grant: "", expiresAt: 0 });
    const erase = await about(rows, event, event.events["urn:phr-link:event:erase-requested"]);
    if (erase !== undefined && erase.state !== "erased") await eraseArrangement(options, rows, erase, parties, now);
  });
}

/** The arrangement that an event is about: of its own issuer, of that person, under that consent. */
async function about(
  rows: Rows,
  event: SecurityEvent,
  subject: EventSubject | undefined,
): Promise<Arrangement | undefined> {
  if (subject === undefined) return undefined;
  const found = await findArrangement(rows, subject.arrangement_id);
  const isTheirs = found?.holder === event.iss && found.sub === subject.sub;
  // One about a consent that another one has replaced changes nothing.
  const isCurrent = subject.consent_jti === undefined || subject.consent_jti === found?.consentId;
  return isTheirs && isCurrent ? found : undefined;
}
