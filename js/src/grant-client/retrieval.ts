import type { CategoryCode } from "../generated/codes.js";
import type { Outcome, RecordOf } from "../records.js";

/** How a retrieval stands: `created`, `awaiting-user`, `pending`, then one of the last four. */
export type RetrievalState = "created" | "awaiting-user" | "pending" | "succeeded" | "failed" | "expired" | "cancelled";

/** A retrieval from a source that takes its time. */
export interface Retrieval<C extends CategoryCode = CategoryCode> {
  readonly id: string;
  readonly state: RetrievalState;
  readonly category: C;
  readonly created_at: string;
  readonly updated_at: string;
  readonly expires_at: string;
  /** Where the person has to go, while it waits for the person. */
  readonly user_url?: string;
  /** What came of it, once it has ended. */
  readonly outcome?: Outcome;
  readonly result?: {
    readonly records_url: string;
    readonly count: number;
    readonly raw_url: string;
    readonly provenance: Readonly<Record<string, unknown>>;
  };
}

/** A retrieval that has ended, with its records where it succeeded. */
export interface Retrieved<C extends CategoryCode> {
  readonly retrieval: Retrieval<C>;
  readonly records: readonly RecordOf<C>[];
}

/** Waits, or stops waiting when the signal says so. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
