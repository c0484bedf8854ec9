export { OperatorHandler } from "./handler.js";
export { memoryStore } from "./memory-store.js";
export type { OperatorFacts, OperatorOptions, OperatorSession, OperatorTrust } from "./options.js";
export { sqliteStore, type SqliteDatabase } from "./sqlite-store.js";
export type { OperatorStore, Row, RowFilter, Rows } from "./store.js";
