import type { Detail } from "../types.js";
import type { Rows } from "./store.js";

/** What is kept of a person's relation with a holder. */
export interface Arrangement {
  readonly id: string;
  readonly person: string;
  readonly holder: string;
  /** The person, as the holder names them to us. */
  readonly sub: string;
  /** The signed consent; empty once its words were erased, too. */
  readonly consent: string;
  readonly consentId: string;
  readonly consentHash: string;
  readonly details: readonly Detail[];
  readonly receipt: string;
  /** The grant; empty where there is none. */
  readonly grant: string;
  readonly expiresAt: number;
  readonly state: "active" | "ended" | "erased";
  /** When its records are fetched next, in seconds since 1970; 0 is never. */
  readonly dueAt: number;
  /** How often fetching has failed in a row. */
  readonly failed: number;
  /** The number of our next receipt, and the hash of the last. */
  readonly nextSeq: number;
  readonly lastHash?: string;
}

export async function findArrangement(rows: Rows, id: string): Promise<Arrangement | undefined> {
  const row = await rows.get("arrangement", id);
  return row?.value as unknown as Arrangement | undefined;
}

export async function arrangementsOf(
  rows: Rows,
  filter: { readonly person: string } | { readonly dueBy: number },
): Promise<readonly Arrangement[]> {
  const found = await rows.find({ kind: "arrangement", ...filter });
  return found.map(({ value }) => value as unknown as Arrangement).sort((one, other) => (one.id < other.id ? -1 : 1));
}

export async function keepArrangement(rows: Rows, arrangement: Arrangement): Promise<void> {
  const { id, person, state, dueAt } = arrangement;
  const due = state === "active" && dueAt > 0 ? { due: dueAt } : {};
  await rows.put({ kind: "arrangement", id, person, arrangement: id, ...due, value: { ...arrangement } });
}

/** Ends the use: the grant is forgotten, and nothing is fetched any more. */
export function ended(arrangement: Arrangement, state: "ended" | "erased"): Arrangement {
  return { ...arrangement, state, grant: "", expiresAt: 0, dueAt: 0 };
}

/** Erases what was fetched beneath an arrangement; gives how many records that were. */
export async function eraseFetched(
  rows: Rows,
  arrangement: Arrangement,
  categories?: readonly string[],
): Promise<number> {
  let erased = 0;
  for (const { kind, id, value } of await rows.find({
    kind: "record",
    person: arrangement.person,
    arrangement: arrangement.id,
  })) {
    if (categories !== undefined && !categories.includes(String(value["category"]))) continue;
    await rows.delete(kind, id);
    erased += 1;
  }
  return erased;
}
