import type { CategoryCode } from "../../generated/codes.js";
import type { Detail, Purpose } from "../../types.js";

/** What the person has chosen of what is asked for. Nothing is chosen for them. */
export interface Choice {
  readonly records: ReadonlySet<CategoryCode>;
  readonly purposes: ReadonlySet<Purpose>;
  /** The first day of the records; what is asked for where it is absent. */
  readonly from?: string;
}

/** Everything that is asked for. */
export function all(details: readonly Detail[]): Choice {
  return {
    records: new Set(details.flatMap(({ datatypes }) => datatypes)),
    purposes: new Set(details.flatMap(({ purposes }) => purposes)),
  };
}

/** What is left of the request: never more than was asked for. */
export function narrowed(details: readonly Detail[], { records, purposes, from }: Choice): readonly Detail[] {
  return details
    .map((detail) => ({
      ...detail,
      datatypes: detail.datatypes.filter((code) => records.has(code)),
      purposes: detail.purposes.filter((purpose) => purposes.has(purpose)),
      period: later(detail.period, from),
    }))
    .filter(({ datatypes, purposes, period }) => {
      const isEmpty = period.from !== null && period.to !== null && period.from > period.to;
      return datatypes.length > 0 && purposes.length > 0 && !isEmpty;
    });
}

function later(period: Detail["period"], from: string | undefined): Detail["period"] {
  if (from === undefined || (period.from !== null && period.from >= from)) return period;
  return { ...period, from };
}
