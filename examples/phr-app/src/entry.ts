// A record as the screens show it: when, what, how much, from whom.
import { recordDate, recordTitle, type CategoryCode, type FhirResource, type Observation } from "@phr-link/sdk";
import type { Kept } from "./vault";

export type Lane = "vaccination" | "checkup" | "lab" | "medicine" | "visit" | "life" | "other";

export const LANES: readonly Lane[] = ["vaccination", "checkup", "lab", "medicine", "visit", "life", "other"];

const LANE_OF: Partial<Record<CategoryCode, Lane>> = {
  "covid19-vaccination": "vaccination",
  "routine-vaccination-a": "vaccination",
  "routine-vaccination-b": "vaccination",
  "specific-checkup": "checkup",
  "lab-result": "lab",
  "medication-claims": "medicine",
  "e-prescription": "medicine",
  "encounter-institution": "visit",
  "surgery-dialysis": "visit",
  lifelog: "life",
};

export interface Entry {
  readonly category: CategoryCode;
  readonly lane: Lane;
  readonly resource: FhirResource;
  /** As FHIR writes it: `2021`, `2021-04`, `2021-04-01`, or an instant. Absent where it is not known. */
  readonly date: string | undefined;
  /** Seconds since 1970, of the first moment of the date in Japan. */
  readonly at: number;
  readonly title: string | undefined;
  readonly value: string | undefined;
  readonly source: string | undefined;
  /** Outside the reference range of its source; `undefined` without a range. */
  readonly isOut: boolean | undefined;
}

export function entry({ category, resource }: Kept): Entry {
  const date = recordDate(resource);
  const day = date === undefined ? undefined : `${date}-01-01`.slice(0, 10);
  const instant = date?.includes("T")
    ? Date.parse(date)
    : day === undefined
      ? Number.NaN
      : Date.parse(`${day}T00:00:00+09:00`);
  const observation = resource.resourceType === "Observation" ? (resource as Observation) : undefined;
  return {
    category,
    lane: LANE_OF[category] ?? "other",
    resource,
    date,
    at: instant / 1000,
    title: recordTitle(resource),
    value: valueOf(resource),
    source: sourceOf(resource),
    isOut: observation === undefined ? undefined : isOut(observation),
  };
}

/** The newest first; what has no date comes last. */
export function newest(one: Entry, other: Entry): number {
  return (Number.isNaN(other.at) ? -Infinity : other.at) - (Number.isNaN(one.at) ? -Infinity : one.at);
}

/** The range of the source that measured it. */
export function rangeOf({ referenceRange }: Observation): { readonly low?: number; readonly high?: number } {
  const range = referenceRange?.[0];
  return {
    ...(range?.low?.value === undefined ? {} : { low: range.low.value }),
    ...(range?.high?.value === undefined ? {} : { high: range.high.value }),
  };
}

function isOut(observation: Observation): boolean | undefined {
  const { low, high } = rangeOf(observation);
  const value = observation.valueQuantity?.value;
  if (value === undefined || (low === undefined && high === undefined)) return undefined;
  return (low !== undefined && value < low) || (high !== undefined && value > high);
}

function valueOf(resource: FhirResource): string | undefined {
  if (resource.resourceType === "Observation") {
    const { valueQuantity, valueString, valueCodeableConcept } = resource as Observation;
    if (valueQuantity?.value !== undefined)
      return `${valueQuantity.comparator ?? ""}${valueQuantity.value} ${valueQuantity.unit ?? ""}`.trim();
    return valueString ?? valueCodeableConcept?.text;
  }
  const members = resource as unknown as { dosage?: { text?: string }[]; dosageInstruction?: { text?: string }[] };
  return members.dosage?.[0]?.text ?? members.dosageInstruction?.[0]?.text;
}

function sourceOf(resource: FhirResource): string | undefined {
  const members = resource as unknown as {
    performer?: { display?: string; actor?: { display?: string } }[];
    serviceProvider?: { display?: string };
    informationSource?: { display?: string };
    requester?: { display?: string };
  };
  const performer = members.performer?.[0];
  return (
    performer?.display ??
    performer?.actor?.display ??
    members.serviceProvider?.display ??
    members.informationSource?.display ??
    members.requester?.display
  );
}
