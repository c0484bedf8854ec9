import type { OperatorStore, Row, RowFilter, Rows } from "./store.js";

/** What `node:sqlite`, `bun:sqlite` and `better-sqlite3` have in common: a database in this process. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: readonly (string | null)[]): unknown;
    get(...values: readonly (string | null)[]): unknown;
    all(...values: readonly (string | null)[]): unknown[];
  };
}

interface Kept {
  readonly kind: Row["kind"];
  readonly id: string;
  readonly person: string | null;
  readonly arrangement: string | null;
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
     value TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS phr_row_person ON phr_row (kind, person);
     CREATE INDEX IF NOT EXISTS phr_row_arrangement ON phr_row (kind, arrangement);`,
  );
  const one = database.prepare("SELECT * FROM phr_row WHERE kind = ? AND id = ?");
  const some = database.prepare(
    "SELECT * FROM phr_row WHERE kind = ?1 AND (?2 IS NULL OR person = ?2) AND (?3 IS NULL OR arrangement = ?3) ORDER BY id",
  );
  const put = database.prepare(
    "INSERT OR REPLACE INTO phr_row (kind, id, person, arrangement, value) VALUES (?, ?, ?, ?, ?)",
  );
  const drop = database.prepare("DELETE FROM phr_row WHERE kind = ? AND id = ?");
  const rows: Rows = {
    async get(kind, id) {
      const found = one.get(kind, id) as Kept | null | undefined;
      return found === undefined || found === null ? undefined : read(found);
    },
    async find({ kind, person, arrangement }: RowFilter) {
      return (some.all(kind, person ?? null, arrangement ?? null) as Kept[]).map(read);
    },
    async put({ kind, id, person, arrangement, value }) {
      put.run(kind, id, person ?? null, arrangement ?? null, JSON.stringify(value));
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

function read({ kind, id, person, arrangement, value }: Kept): Row {
  return {
    kind,
    id,
    ...(person === null ? {} : { person }),
    ...(arrangement === null ? {} : { arrangement }),
    value: JSON.parse(value) as Row["value"],
  };
}
