import type { FhirResource, OtherResource } from "./fhir.js";
import type { CategoryCode, ResourceTypes } from "./generated/codes.js";

type Named<T extends string> =
  Extract<FhirResource, { readonly resourceType: T }> extends never
    ? OtherResource
    : Extract<FhirResource, { readonly resourceType: T }>;

/** A record of a category: one of the FHIR R4 resources that the catalogue names for it. */
export type RecordOf<C extends CategoryCode> = {
  [T in ResourceTypes[C]]: Named<T>;
}[ResourceTypes[C]];

/** What came of asking a source; nothing is never silent. */
export type Outcome =
  "consent-expired" | "empty" | "identity-mismatch" | "maintenance" | "not-yet-available" | "ok" | "source-unavailable";

const OUTCOME_SYSTEM = "urn:phr-link:outcome";

/** Reads the outcome that a page is tagged with. */
export function outcomeOf(bundle: Readonly<Record<string, unknown>>): Outcome {
  const meta = bundle["meta"] as { readonly tag?: readonly { readonly system?: string; readonly code?: string }[] };
  const tag = meta?.tag?.find(({ system }) => system === OUTCOME_SYSTEM)?.code;
  return (tag ?? (bundle["total"] === 0 ? "empty" : "ok")) as Outcome;
}

const DATES = [
  "effectiveDateTime",
  "occurrenceDateTime",
  "authoredOn",
  "recordedDate",
  "performedDateTime",
  "whenHandedOver",
  "dateAsserted",
  "date",
  "dateTime",
  "started",
  "created",
  "authored",
  "onsetDateTime",
] as const;

/**
 * When a record is from: a FHIR date, which may be partial (`2021`, `2021-04`), or an instant; absent
 * where the record says nothing of it. The places are looked at in the order in which the holder does.
 *
 * @example
 * recordDate({ resourceType: "Observation", effectiveDateTime: "2026-04-01" }); // 2026-04-01
 */
export function recordDate(record: FhirResource): string | undefined {
  const members = record as unknown as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const start = (name: string) => text((members[name] as { readonly start?: unknown } | undefined)?.start);
  const found = DATES.map((name) => text(members[name])).find((date) => date !== undefined);
  return (
    text(members["effectiveDateTime"]) ??
    start("effectivePeriod") ??
    found ??
    start("period") ??
    start("performedPeriod")
  );
}

/**
 * What a record is called: the words of its code, or of its first coding; absent where it has none.
 *
 * @example
 * recordTitle({ resourceType: "Immunization", vaccineCode: { text: "MR" } }); // MR
 */
export function recordTitle(record: FhirResource): string | undefined {
  const members = record as unknown as Readonly<Record<string, unknown>>;
  for (const name of ["code", "vaccineCode", "medicationCodeableConcept", "type"]) {
    const concept = members[name] as {
      readonly text?: string;
      readonly coding?: readonly { readonly display?: string }[];
    };
    const words = concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display;
    if (words !== undefined) return words;
  }
  const title = members["title"] ?? members["description"];
  return typeof title === "string" ? title : undefined;
}
