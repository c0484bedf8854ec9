// What the app keeps, on this device alone: the link, the records, the receipts, and the person's own words.
import { openDB, type DBSchema } from "idb";
import { s256, type Archive, type Begun, type CategoryCode, type FhirResource, type Link } from "@phr-link/sdk";

export interface Kept {
  readonly category: CategoryCode;
  readonly resource: FhirResource;
}

/** What came of asking for a category the last time. */
export interface Asked {
  readonly at: number;
  readonly result: string;
  readonly count: number;
}

/** What is handed to an institution. */
export interface Share {
  readonly id: string;
  readonly name: string;
  readonly categories: readonly CategoryCode[];
  readonly until: number;
}

/** What the person wrote for the emergency card. */
export interface Card {
  readonly name: string;
  readonly birth: string;
  readonly blood: string;
  readonly contact: string;
}

interface Meta {
  readonly begun: Begun;
  readonly link: Link;
  readonly asked: Readonly<Partial<Record<CategoryCode, Asked>>>;
  readonly receipts: readonly string[];
  readonly consents: readonly string[];
  readonly shares: readonly Share[];
  readonly card: Card;
  readonly from: Pick<Archive["manifest"], "operator" | "made_at">;
}

interface Schema extends DBSchema {
  records: { key: string; value: Kept };
  meta: { key: string; value: unknown };
}

const NAME = "phr-app";

const database = () =>
  openDB<Schema>(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("records");
      db.createObjectStore("meta");
    },
  });

let open: ReturnType<typeof database> | undefined;
const db = () => (open ??= database());

export async function read<K extends keyof Meta>(name: K): Promise<Meta[K] | undefined> {
  return (await (await db()).get("meta", name)) as Meta[K] | undefined;
}

export async function write<K extends keyof Meta>(name: K, value: Meta[K] | undefined): Promise<void> {
  if (value === undefined) await (await db()).delete("meta", name);
  else await (await db()).put("meta", value, name);
}

export async function records(): Promise<Kept[]> {
  return (await db()).getAll("records");
}

/** Puts the records of a category in the place of those that were there; the same record stays once. */
export async function replace(category: CategoryCode, resources: readonly FhirResource[]): Promise<void> {
  const transaction = (await db()).transaction("records", "readwrite");
  const range = IDBKeyRange.bound(`${category} `, `${category}!`);
  await transaction.store.delete(range);
  for (const resource of resources) void transaction.store.put({ category, resource }, key(category, resource));
  await transaction.done;
}

/** Adds records of elsewhere; those that are there stay. */
export async function add(kept: readonly Kept[]): Promise<void> {
  const transaction = (await db()).transaction("records", "readwrite");
  for (const { category, resource } of kept)
    void transaction.store.put({ category, resource }, key(category, resource));
  await transaction.done;
}

/** Forgets everything, for good. */
export async function erase(): Promise<void> {
  const transaction = (await db()).transaction(["records", "meta"], "readwrite");
  await Promise.all([
    transaction.objectStore("records").clear(),
    transaction.objectStore("meta").clear(),
    transaction.done,
  ]);
}

function key(category: CategoryCode, resource: FhirResource): string {
  return `${category} ${resource.id === undefined ? s256(JSON.stringify(resource)) : `${resource.resourceType}/${resource.id}`}`;
}
