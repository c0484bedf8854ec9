import { isConsentError } from "../error.js";
import type { CategoryCode } from "../generated/codes.js";
import type { GrantClient, Page } from "../grant-client.js";
import type { Detail } from "../types.js";
import { s256 } from "../verify.js";
import {
  arrangementsOf,
  ended,
  eraseFetched,
  findArrangement,
  keepArrangement,
  type Arrangement,
} from "./arrangement.js";
import { clientOf } from "./linking.js";
import type { OperatorOptions } from "./options.js";
import { refuse } from "./problem.js";
import { party, writeReceipt } from "./receipting.js";

const AGAIN_SECONDS = 86_400;
const PAUSE_SECONDS = 60;
/** How long a fetch may take before somebody else tries. */
const LEASE_SECONDS = 600;
const ENDING_SECONDS = 120;
const MAX_PAGES = 200;
/** What stands for a category that the person had erased: it is not fetched again under this consent. */
export const ERASED = "erased";

const OVER = ["consent.withdrawn", "consent.superseded", "consent.expired"];
const ACQUIRED = "received from the holder on the person's consent";

/** Fetches what is due, and forgets what may not be kept any longer; gives how many arrangements it asked for. */
export async function fetchDue(options: OperatorOptions, now: () => number): Promise<number> {
  const due = await options.store.atomically(async (rows) => {
    const at = now();
    // What may not be kept any longer, and what was remembered for a while: answers to calls told twice, and
    // people who never came back.
    for (const kind of ["record", "call", "link"] as const) {
      for (const { id } of await rows.find({ kind, dueBy: at })) await rows.delete(kind, id);
    }
    const found = await arrangementsOf(rows, { dueBy: at });
    // Claimed by moving the time on: of several that look one fetches, and another does if it dies.
    for (const one of found) await keepArrangement(rows, { ...one, dueAt: at + LEASE_SECONDS });
    return found;
  });
  for (const arrangement of due) {
    const next = await run(options, arrangement, now).catch(() => "retry" as const);
    await options.store.atomically(async (rows) => {
      const current = await findArrangement(rows, arrangement.id);
      if (current === undefined || current.dueAt === 0) return;
      const failed = next === "retry" ? current.failed + 1 : 0;
      const pause = Math.min(PAUSE_SECONDS * 2 ** Math.max(0, failed - 1), AGAIN_SECONDS);
      const dueAt = next === "never" ? 0 : now() + (next === "retry" ? pause : AGAIN_SECONDS);
      await keepArrangement(rows, { ...current, failed, dueAt });
    });
  }
  return due.length;
}

type Next = "later" | "never" | "retry";

async function run(options: OperatorOptions, arrangement: Arrangement, now: () => number): Promise<Next> {
  const client = await clientOf(options, now());
  let next: Next = "never";
  for (const detail of arrangement.details) {
    // What may only be looked at is asked for when somebody looks.
    if (detail.handling !== "store") continue;
    if (detail.frequency === "continuing" && next === "never") next = "later";
    for (const category of detail.datatypes) {
      const before = await outcomeOf(options, arrangement.id, category);
      if (before === ERASED || ((before === "ok" || before === "empty") && detail.frequency === "once")) continue;
      let told: string;
      try {
        told = (await readCategory(options, client, arrangement.id, detail, category, now)) === 0 ? "empty" : "ok";
      } catch (error) {
        told = isConsentError(error) ? error.code : "internal";
      }
      // The use stops at once, whoever said so first.
      if (OVER.includes(told)) {
        await stop(options, arrangement);
        return "never";
      }
      if (told !== "ok" && told !== "empty") next = "retry";
      await note(options, arrangement, category, told, now());
    }
  }
  return next;
}

async function outcomeOf(options: OperatorOptions, id: string, category: string): Promise<string | undefined> {
  const row = await options.store.atomically((rows) => rows.get("fetch", `${id} ${category}`));
  return row?.value["outcome"] as string | undefined;
}

/** Never over what the person had erased meanwhile, and nothing about a consent that is over. */
async function note(
  options: OperatorOptions,
  { id, consentId }: Arrangement,
  category: string,
  outcome: string,
  at: number,
): Promise<void> {
  await options.store.atomically(async (rows) => {
    const current = await findArrangement(rows, id);
    const before = await rows.get("fetch", `${id} ${category}`);
    if (current?.state !== "active" || current.consentId !== consentId || before?.value["outcome"] === ERASED) return;
    await rows.put({
      kind: "fetch",
      id: `${id} ${category}`,
      person: current.person,
      arrangement: id,
      value: { category, outcome, at },
    });
  });
}

async function stop(options: OperatorOptions, { id, consentId }: Arrangement): Promise<void> {
  await options.store.atomically(async (rows) => {
    const current = await findArrangement(rows, id);
    if (current?.state !== "active" || current.consentId !== consentId) return;
    await keepArrangement(rows, ended(current, "ended"));
    await eraseFetched(rows, current);
  });
}

async function readCategory(
  options: OperatorOptions,
  client: GrantClient,
  id: string,
  detail: Detail,
  category: CategoryCode,
  now: () => number,
): Promise<number> {
  const purpose = detail.purposes.includes("self-view") ? "self-view" : detail.purposes[0];
  if (purpose === undefined) throw refuse("request.purpose-missing");
  let count = 0;
  let cursor: string | undefined;
  for (let number = 0; number < MAX_PAGES; number += 1) {
    const ask = async (renewed: boolean) => {
      const grant = await liveGrant(options, client, id, renewed, now);
      return client.page(category, { grant, purpose, ...(cursor === undefined ? {} : { cursor }) });
    };
    let page: Page = await ask(false);
    if (page.outcome === "deny" && (page.code === "grant.revoked" || page.code === "grant.expired"))
      page = await ask(true);
    if (page.outcome === "deny")
      throw refuse(
        page.code === "holder.unreachable" ? "source.unavailable" : (page.code as Parameters<typeof refuse>[0]),
      );
    await keepPage(options, id, detail, category, page, now());
    count += page.records.length;
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return count;
}

/** The grant, or the next one where this one ends or was ended. */
async function liveGrant(
  options: OperatorOptions,
  client: GrantClient,
  id: string,
  renewed: boolean,
  now: () => number,
): Promise<string> {
  const arrangement = await options.store.atomically((rows) => findArrangement(rows, id));
  if (arrangement?.state !== "active") throw refuse("consent.withdrawn");
  if (!renewed && arrangement.grant !== "" && arrangement.expiresAt - now() >= ENDING_SECONDS) return arrangement.grant;
  const next = await client.renew({ consent: arrangement.consent });
  return options.store.atomically(async (rows) => {
    const current = await findArrangement(rows, id);
    if (current?.state !== "active" || current.consentId !== arrangement.consentId) throw refuse("consent.withdrawn");
    await keepArrangement(rows, { ...current, grant: next.grant, expiresAt: next.expiresAt });
    return next.grant;
  });
}

/** Keeps a page with its receipt, both or neither, and only while its consent is the one. */
async function keepPage(
  options: OperatorOptions,
  id: string,
  detail: Detail,
  category: CategoryCode,
  page: Extract<Page, { outcome: "permit" }>,
  at: number,
): Promise<void> {
  const trust = await options.trust();
  await options.store.atomically(async (rows) => {
    const arrangement = await findArrangement(rows, id);
    // What was on its way when the person ended it, or had it erased, is dropped.
    if (arrangement?.state !== "active") throw refuse("consent.withdrawn");
    if ((await rows.get("fetch", `${id} ${category}`))?.value["outcome"] === ERASED)
      throw refuse("scope.not-disclosed");
    const keepUntil =
      "days" in detail.retention
        ? at + detail.retention.days * 86_400
        : Date.parse(`${detail.retention.until}T00:00:00+09:00`) / 1000 + 86_400;
    for (const resource of page.records) {
      const text = JSON.stringify(resource);
      const name = `${arrangement.person} ${id} ${category} ${s256(text)}`;
      await rows.put({
        kind: "record",
        id: name,
        person: arrangement.person,
        arrangement: id,
        due: keepUntil,
        value: { category, text, keepUntil },
      });
    }
    await writeReceipt(options, rows, arrangement, {
      event: "acquisition",
      items: [category],
      provider: party(trust, arrangement.holder, at),
      recipient: party(trust, options.base, at),
      how: ACQUIRED,
      ...(page.exchange === undefined ? {} : { exchange: page.exchange }),
      at,
    });
  });
}
