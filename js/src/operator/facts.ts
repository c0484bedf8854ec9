import type { Receipt } from "../claims.js";
import { inspect } from "../verify.js";
import { memberOf } from "./members.js";
import type { OperatorOptions, OperatorSession } from "./options.js";
import { answer } from "./problem.js";

/** `GET /.well-known/phr-operator`: who the operator is, by the trust list and by its own words. */
export async function facts(options: OperatorOptions, now: number): Promise<Response> {
  const trust = await options.trust();
  const own = memberOf(trust, options.base, now);
  const at = (path: string) => `${options.base}${path}`;
  const { name, address, representative, country } = own;
  const body = {
    id: options.base,
    name,
    "name#en": own["name#en"],
    address,
    representative,
    country,
    ...options.facts,
    certificates: [],
    trust_marks: trust.marks.filter((mark) => inspect(mark).claims?.["sub"] === options.base),
    endpoints: {
      jwks_uri: at("/jwks"),
      link: at("/link"),
      events: at("/events"),
      export: at("/export"),
      import: at("/import"),
      erasure: at("/erasure"),
      receipts: at("/receipts"),
    },
  };
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

/** `GET /receipts`: our own records of acquisition and erasure, the newest first. */
export async function receipts(options: OperatorOptions, session: OperatorSession): Promise<Response> {
  const documents = await options.store.atomically((rows) => rows.find({ kind: "document", person: session.person }));
  const own = documents
    .filter(({ value }) => value["type"] === "own")
    .map(({ value }) => ({
      token: String(value["token"]),
      claims: inspect(String(value["token"])).claims as unknown as Receipt,
    }));
  own.sort((one, other) => other.claims.at - one.claims.at || other.claims.seq - one.claims.seq);
  return answer({ receipts: own });
}
