import type { CategoryCode } from "./generated/codes.js";
import type { Detail, Purpose } from "./types.js";
import { catalogue } from "./verify.js";

/**
 * One entry of a request: the records and the purposes, and for all else the strictest terms. What you
 * need beyond that you name, and the person reads it.
 *
 * @example
 * strictest(["allergy"], ["self-view"], { handling: "store", retention: { days: 90 } });
 */
export function strictest(
  datatypes: readonly CategoryCode[],
  purposes: readonly Purpose[],
  terms: Partial<Omit<Detail, "type" | "datatypes" | "datatypes_ver" | "purposes">> = {},
): Detail {
  return {
    type: "phr-records",
    actions: ["list", "read"],
    datatypes: [...datatypes].sort(),
    datatypes_ver: catalogue().version,
    period: { from: null, to: null },
    purposes,
    handling: "view",
    frequency: "once",
    retention: { days: 0 },
    on_end: "erase",
    onward: { to: [], roles: [] },
    deident: "none",
    exclude: [],
    ...terms,
  };
}
