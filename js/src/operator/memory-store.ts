import type { OperatorStore, Row, RowFilter, Rows } from "./store.js";

/**
 * Rows for as long as the process lives: for tests.
 *
 * @example
 * const store = memoryStore();
 */
export function memoryStore(): OperatorStore {
  let kept = new Map<string, Row>();
  let last: Promise<unknown> = Promise.resolve();
  const key = (kind: Row["kind"], id: string) => `${kind} ${id}`;
  return {
    async atomically(work) {
      const run = async () => {
        const draft = new Map(kept);
        const rows: Rows = {
          get: async (kind, id) => draft.get(key(kind, id)),
          find: async (filter) => [...draft.values()].filter((row) => fits(row, filter)),
          put: async (row) => void draft.set(key(row.kind, row.id), structuredClone(row)),
          delete: async (kind, id) => void draft.delete(key(kind, id)),
        };
        const result = await work(rows);
        kept = draft;
        return result;
      };
      // One after another, whatever becomes of the one before.
      const result = last.then(run, run);
      last = result.catch(() => undefined);
      return result;
    },
  };
}

function fits(row: Row, { kind, person, arrangement, dueBy }: RowFilter): boolean {
  return (
    row.kind === kind &&
    (person === undefined || row.person === person) &&
    (arrangement === undefined || row.arrangement === arrangement) &&
    (dueBy === undefined || (row.due !== undefined && row.due <= dueBy))
  );
}
