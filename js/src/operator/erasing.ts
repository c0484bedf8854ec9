import { randomId } from "../bytes.js";
import type { Receipt } from "../claims.js";
import type { CategoryCode } from "../generated/codes.js";
import { catalogue } from "../verify.js";
import {
  arrangementsOf,
  ended,
  eraseFetched,
  findArrangement,
  keepArrangement,
  type Arrangement,
} from "./arrangement.js";
import { ERASED } from "./fetching.js";
import type { OperatorOptions, OperatorSession } from "./options.js";
import { answer, instant, refuse } from "./problem.js";
import { party, writeReceipt } from "./receipting.js";
import type { Rows } from "./store.js";

interface Parties {
  readonly provider: Receipt["provider"];
  readonly recipient: Receipt["recipient"];
}

const HOW = "erased on the person's wish";

/** Erases all that came by an arrangement, ends its use, and writes the receipt. */
export async function eraseArrangement(
  options: OperatorOptions,
  rows: Rows,
  arrangement: Arrangement,
  parties: Parties,
  at: number,
): Promise<{ readonly erased: number; readonly token: string }> {
  const erased = await eraseFetched(rows, arrangement);
  // The words of the consent are about the person's health, too; the receipts have its hash.
  const { person, consentHash } = arrangement;
  await rows.delete("document", `consent ${person} ${consentHash}`);
  const over = { ...ended(arrangement, "erased"), consent: "" };
  const { token } = await writeReceipt(options, rows, over, { event: "erasure", items: [], ...parties, how: HOW, at });
  return { erased, token };
}

/** `POST /erasure`: everything, one arrangement, or some categories; with a receipt. */
export async function erase(
  options: OperatorOptions,
  session: OperatorSession,
  body: unknown,
  at: number,
): Promise<Response> {
  const { arrangement_id: id, categories } = asked(body);
  const trust = await options.trust();
  const own = party(trust, options.base, at);
  const told = await options.store.atomically(async (rows) => {
    const all = await arrangementsOf(rows, { person: session.person });
    const chosen = all.filter((one) => id === undefined || one.id === id);
    if (id !== undefined && chosen.length === 0) throw refuse("consent.unknown");
    let erased = 0;
    let receipt: string | null = null;
    for (const arrangement of chosen) {
      if (arrangement.state === "erased") continue;
      const parties = { provider: provider(trust, arrangement, own, at), recipient: own };
      if (categories === undefined) {
        const done = await eraseArrangement(options, rows, arrangement, parties, at);
        erased += done.erased;
        receipt = done.token;
        continue;
      }
      erased += await eraseFetched(rows, arrangement, categories);
      for (const category of categories) {
        const name = `${arrangement.id} ${category}`;
        await rows.put({
          kind: "fetch",
          id: name,
          person: session.person,
          arrangement: arrangement.id,
          value: { category, outcome: ERASED, at },
        });
      }
      const current = (await findArrangement(rows, arrangement.id)) ?? arrangement;
      receipt = (
        await writeReceipt(options, rows, current, { event: "erasure", items: categories, ...parties, how: HOW, at })
      ).token;
    }
    if (id === undefined && categories === undefined) erased += await eraseBrought(rows, session.person);
    const name = randomId();
    await rows.put({ kind: "erasure", id: name, person: session.person, value: { at, erased, receipt } });
    return tell(options, rows, session.person, name);
  });
  return answer(told, 202, { Location: `${options.base}/erasure/${told.id}` });
}

/** `GET /erasure/{id}`: how it stands; somebody else's is unknown. */
export async function look(options: OperatorOptions, session: OperatorSession, id: string): Promise<Response> {
  return answer(await options.store.atomically((rows) => tell(options, rows, session.person, id)));
}

/** What the person brought goes as well, with the tokens that are theirs. */
async function eraseBrought(rows: Rows, person: string): Promise<number> {
  let erased = 0;
  for (const { kind, id } of await rows.find({ kind: "record", person })) {
    await rows.delete(kind, id);
    erased += 1;
  }
  for (const { kind, id, value } of await rows.find({ kind: "document", person })) {
    // The law demands that the records of provision stay.
    if (value["type"] !== "own") await rows.delete(kind, id);
  }
  return erased;
}

async function tell(options: OperatorOptions, rows: Rows, person: string, id: string) {
  const row = await rows.get("erasure", id);
  if (row === undefined || row.person !== person) throw refuse("scope.not-disclosed");
  const at = Number(row.value["at"]);
  const kept = (await rows.find({ kind: "document", person })).filter(({ value }) => value["type"] === "own");
  const until = kept.reduce((latest, { value }) => Math.max(latest, Number(value["until"])), 0);
  return {
    id,
    state: "done",
    requested_at: instant(at),
    due_at: instant(at + options.facts.retention.erasure_days * 86_400),
    done_at: instant(at),
    erased: Number(row.value["erased"]),
    // It is said, not hidden.
    kept:
      kept.length === 0
        ? []
        : [{ what: "receipts", count: kept.length, reason: "required-by-law", until: instant(until) }],
    onward: [],
    receipt: row.value["receipt"] ?? null,
  };
}

/** The holder as the trust list names it; if it left the list, ourselves. */
function provider(
  trust: Parameters<typeof party>[0],
  { holder }: Arrangement,
  own: Receipt["provider"],
  at: number,
): Receipt["provider"] {
  try {
    return party(trust, holder, at);
  } catch {
    return own;
  }
}

function asked(body: unknown): { readonly arrangement_id?: string; readonly categories?: readonly CategoryCode[] } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw refuse("caller.malformed");
  const { arrangement_id: id, categories, ...rest } = body as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0) throw refuse("caller.malformed", `/${Object.keys(rest)[0]}`);
  if (id !== undefined && id !== null && typeof id !== "string") throw refuse("caller.malformed", "/arrangement_id");
  const known = new Set<unknown>(catalogue().categories.map(({ code }) => code));
  const isGood =
    categories === undefined ||
    categories === null ||
    (Array.isArray(categories) && categories.every((code) => known.has(code)));
  if (!isGood) throw refuse("caller.malformed", "/categories");
  return {
    ...(typeof id === "string" ? { arrangement_id: id } : {}),
    ...(Array.isArray(categories) ? { categories: categories as CategoryCode[] } : {}),
  };
}
