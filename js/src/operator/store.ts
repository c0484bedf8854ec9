/** A thing that an operator keeps, by its kind and name. */
export interface Row {
  readonly kind: "arrangement" | "call" | "document" | "erasure" | "event" | "fetch" | "link" | "record";
  readonly id: string;
  /** Whose it is, as the vendor knows them; absent for what is nobody's. */
  readonly person?: string;
  /** Beneath which arrangement it came; absent for what the person brought. */
  readonly arrangement?: string;
  /** When something has to be done about it, in seconds since 1970; absent where nothing has. */
  readonly due?: number;
  /** Plain data. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What is looked for: of one kind, and of one person, of one arrangement, or due by then, where that is said. */
export type RowFilter = Pick<Row, "kind"> & Partial<Pick<Row, "person" | "arrangement">> & { readonly dueBy?: number };

/** The rows, as one piece of work sees them. */
export interface Rows {
  get(kind: Row["kind"], id: string): Promise<Row | undefined>;
  find(filter: RowFilter): Promise<readonly Row[]>;
  /** Puts a row in the place of the one with the same kind and name. */
  put(row: Row): Promise<void>;
  delete(kind: Row["kind"], id: string): Promise<void>;
}

/**
 * Where an operator keeps what it has: a table of rows is enough, with an index by person, by
 * arrangement and by when something is due.
 *
 * `atomically` is the whole contract: pieces of work follow one another, what one of them wrote is kept
 * durably before its promise is fulfilled, and of one that throws nothing is kept. Whatever a person
 * withdraws or erases rests on it.
 */
export interface OperatorStore {
  atomically<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
}
