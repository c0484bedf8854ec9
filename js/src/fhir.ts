// The parts of HL7 FHIR R4 that records of the catalogue have in common and that apps show. A resource
// may have more: it is what the holder gave, unchanged.

/** A term: words, and codes of code systems. */
export interface CodeableConcept {
  readonly text?: string;
  readonly coding?: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[];
}

/** A value with its unit. */
export interface Quantity {
  readonly value?: number;
  readonly comparator?: "<" | "<=" | ">=" | ">";
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
}

/** A stretch of time; FHIR dates may be partial: a year, a month or a day. */
export interface Period {
  readonly start?: string;
  readonly end?: string;
}

/** Something that another resource is, by address or by name. */
export interface Reference {
  readonly reference?: string;
  readonly display?: string;
}

interface Resource<T extends string> {
  readonly resourceType: T;
  readonly id?: string;
  readonly meta?: {
    readonly source?: string;
    readonly profile?: readonly string[];
    readonly tag?: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[];
  };
  readonly status?: string;
  readonly note?: readonly { readonly text: string }[];
}

/** What was measured or found. */
export interface Observation extends Resource<"Observation"> {
  readonly code?: CodeableConcept;
  readonly category?: readonly CodeableConcept[];
  readonly effectiveDateTime?: string;
  readonly effectivePeriod?: Period;
  readonly performer?: readonly Reference[];
  readonly method?: CodeableConcept;
  readonly valueQuantity?: Quantity;
  readonly valueString?: string;
  readonly valueCodeableConcept?: CodeableConcept;
  readonly interpretation?: readonly CodeableConcept[];
  readonly referenceRange?: readonly {
    readonly low?: Quantity;
    readonly high?: Quantity;
    readonly text?: string;
  }[];
  readonly component?: readonly Pick<Observation, "code" | "valueQuantity" | "valueString" | "referenceRange">[];
}

/** A vaccination. */
export interface Immunization extends Resource<"Immunization"> {
  readonly vaccineCode?: CodeableConcept;
  readonly occurrenceDateTime?: string;
  readonly lotNumber?: string;
  readonly performer?: readonly { readonly actor: Reference }[];
  readonly protocolApplied?: readonly { readonly doseNumberPositiveInt?: number }[];
}

/** A medicine that was taken, by what was claimed. */
export interface MedicationStatement extends Resource<"MedicationStatement"> {
  readonly medicationCodeableConcept?: CodeableConcept;
  readonly effectiveDateTime?: string;
  readonly effectivePeriod?: Period;
  readonly dateAsserted?: string;
  readonly dosage?: readonly { readonly text?: string }[];
  readonly informationSource?: Reference;
}

/** A prescription. */
export interface MedicationRequest extends Resource<"MedicationRequest"> {
  readonly medicationCodeableConcept?: CodeableConcept;
  readonly authoredOn?: string;
  readonly dosageInstruction?: readonly { readonly text?: string }[];
  readonly requester?: Reference;
}

/** A medicine that was handed over. */
export interface MedicationDispense extends Resource<"MedicationDispense"> {
  readonly medicationCodeableConcept?: CodeableConcept;
  readonly whenHandedOver?: string;
  readonly dosageInstruction?: readonly { readonly text?: string }[];
}

/** An allergy. */
export interface AllergyIntolerance extends Resource<"AllergyIntolerance"> {
  readonly code?: CodeableConcept;
  readonly criticality?: "low" | "high" | "unable-to-assess";
  readonly recordedDate?: string;
  readonly reaction?: readonly { readonly manifestation?: readonly CodeableConcept[] }[];
}

/** A diagnosis that was told to the person. */
export interface Condition extends Resource<"Condition"> {
  readonly code?: CodeableConcept;
  readonly recordedDate?: string;
  readonly onsetDateTime?: string;
}

/** An operation or a treatment. */
export interface Procedure extends Resource<"Procedure"> {
  readonly code?: CodeableConcept;
  readonly performedDateTime?: string;
  readonly performedPeriod?: Period;
  readonly performer?: readonly { readonly actor: Reference }[];
}

/** A visit to an institution. */
export interface Encounter extends Resource<"Encounter"> {
  readonly period?: Period;
  readonly serviceProvider?: Reference;
}

/** A report with findings. */
export interface DiagnosticReport extends Resource<"DiagnosticReport"> {
  readonly code?: CodeableConcept;
  readonly effectiveDateTime?: string;
  readonly conclusion?: string;
}

/** A document. */
export interface Composition extends Resource<"Composition"> {
  readonly title?: string;
  readonly type?: CodeableConcept;
  readonly date?: string;
  readonly author?: readonly Reference[];
  readonly section?: readonly { readonly title?: string }[];
}

/** Another resource of the catalogue; its own members are as FHIR defines them. */
export interface OtherResource extends Resource<
  | "Basic"
  | "Bundle"
  | "CarePlan"
  | "Consent"
  | "Coverage"
  | "ExplanationOfBenefit"
  | "ImagingStudy"
  | "Media"
  | "Organization"
  | "QuestionnaireResponse"
> {
  readonly [member: string]: unknown;
}

/** A record. Its `resourceType` says which. */
export type FhirResource =
  | Observation
  | Immunization
  | MedicationStatement
  | MedicationRequest
  | MedicationDispense
  | AllergyIntolerance
  | Condition
  | Procedure
  | Encounter
  | DiagnosticReport
  | Composition
  | OtherResource;
