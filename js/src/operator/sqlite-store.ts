import type { OperatorStore, Row, RowFilter, Rows } from "./store.js";

/** What `node:sqlite`, `bun:sqlite` and `better-sqlite3` have in common: a database without a server. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: readonly (string | number | null)[]): unknown;
    get(...values: readonly (string | number | null)[]): unknown;
    all(...values: readonly (string | number | null)[]): unknown[];
  };
}

interface Kept {
  readonly kind: Row["kind"];
  readonly id: string;
  readonly person: string | null;
  readonly arrangement: string | null;
  readonly due: number | null;
  readonly value: string;
}

/**
 * Rows in SQLite, through the platform's own driver; written to the disk before a promise is fulfilled.
 *
 * @param database an open database, used by nobody else meanwhile
 * @example
 * const store = sqliteStore(new DatabaseSync("operator.db")); // node:sqlite
 */
export function sqliteStore(database: SqliteDatabase): OperatorStore {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec(
    `CREATE TABLE IF NOT EXISTS phr_row (kind TEXT NOT NULL, id TEXT NOT NULL, person TEXT, arrangement TEXT,
     due INTEGER, value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS phr_row_person ON phr_row (kind, person);
     CREATE INDEX IF NOT EXISTS phr_row_arrangement ON phr_row (kind, arrangement);
     CREATE INDEX IF NOT EXISTS phr_row_due ON phr_row (kind, due) WHERE due IS NOT NULL;`,
  );
  const one = database.prepare("SELECT * FROM phr_row WHERE kind = ? AND id = ?");
  const all = database.prepare("SELECT * FROM phr_row WHERE kind = ? ORDER BY id");
  const ofPerson = database.prepare(
    "SELECT * FROM phr_row WHERE kind = ?1 AND person = ?2 AND (?3 IS NULL OR arrangement = ?3) ORDER BY id",
  );
  const ofArrangement = database.prepare("SELECT * FROM phr_row WHERE kind = ?1 AND arrangement = ?2 ORDER BY id");
  const dueBy = database.prepare("SELECT * FROM phr_row WHERE kind = ?1 AND due <= ?2 ORDER BY id");
  const put = database.prepare(
    "INSERT OR REPLACE INTO phr_row (kind, id, person, arrangement, due, value) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const drop = database.prepare("DELETE FROM phr_row WHERE kind = ? AND id = ?");
  // Each by the index that leaves the least.
  const pick = ({ kind, person, arrangement, dueBy: by }: RowFilter): Kept[] => {
    if (person !== undefined) return ofPerson.all(kind, person, arrangement ?? null) as Kept[];
    if (arrangement !== undefined) return ofArrangement.all(kind, arrangement) as Kept[];
    return (by === undefined ? all.all(kind) : dueBy.all(kind, by)) as Kept[];
  };
  const rows: Rows = {
    async get(kind, id) {
      const found = one.get(kind, id) as Kept | null | undefined;
      return found === undefined || found === null ? undefined : read(found);
    },
    async find(filter: RowFilter) {
      return pick(filter).map(read).filter(beyond(filter));
    },
    async put({ kind, id, person, arrangement, due, value }) {
      put.run(kind, id, person ?? null, arrangement ?? null, due ?? null, JSON.stringify(value));
    },
    async delete(kind, id) {
      drop.run(kind, id);
    },
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    async atomically(work) {
      const run = async () => {
        database.exec("BEGIN IMMEDIATE");
        try {
          const result = await work(rows);
          database.exec("COMMIT");
          return result;
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      };
      // One connection has one transaction: the next piece of work waits for it.
      const result = last.then(run, run);
      last = result.catch(() => undefined);
      return result;
    },
  };
}

/** What the index did not look at. */
function beyond({ dueBy }: RowFilter): (row: Row) => boolean {
  return ({ due }) => dueBy === undefined || (due !== undefined && due <= dueBy);
}

function read({ kind, id, person, arrangement, due, value }: Kept): Row {
  return {
    kind,
    id,
    ...(person === null ? {} : { person }),
    ...(arrangement === null ? {} : { arrangement }),
    ...(due === null ? {} : { due: Number(due) }),
    value: JSON.parse(value) as Row["value"],
  };
}
