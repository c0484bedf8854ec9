// The consents that are shown: the sample of the engine, one with everything, and one for each
// category and purpose.
import { readFileSync } from "node:fs";
import { catalogue } from "../../js/dist/index.js";

const file = new URL("../../crates/core/src/export/sample.json", import.meta.url);
export const sample = JSON.parse(readFileSync(file, "utf8"));
const [detail] = sample.authorization_details;

/** Every claim that a consent may have, and every list with more than one value. */
export const full = {
  ...sample,
  act: {
    sub: "agent-1",
    role: "guardian",
    basis: { kind: "parental-authority", ref: "r-1", until: 1_900_000_000 },
  },
  supersedes: sample.req_s256,
  recipient: { ...sample.recipient, name: "株式会社\u3000見本", country: "US" },
  authorization_details: [
    {
      ...detail,
      datatypes: ["disclosed-diagnosis", "e-prescription", "lab-result", "discharge-summary"],
      purposes: ["care", "medication-safety", "self-view"],
      handling: "store",
      frequency: "once",
      retention: { days: 30 },
      onward: { to: ["https://clinic.example", "https://care.example"], roles: [] },
      exclude: ["genetic", "mental", "infection", "reproductive"],
    },
    {
      ...detail,
      actions: ["list"],
      datatypes: ["routine-vaccination-a"],
      period: { from: null, to: null },
      purposes: ["research-consented"],
      retention: { until: "2027-03-31" },
      on_end: "anonymise",
      onward: { to: [], roles: ["pharmacy"] },
      deident: "pseudonymous",
      exclude: ["disclosed-diagnosis"],
    },
  ],
  notice: {
    ...sample.notice,
    alt: [{ lang: "en", uri: "https://phr.example/notice.en", s256: sample.notice.s256 }],
  },
  overseas: {
    transfer: true,
    country: "US",
    regime_uri: "https://phr.example/us",
    measures_uri: "https://phr.example/measures",
  },
};

const PURPOSES = [
  "self-view",
  "care",
  "emergency-care",
  "medication-safety",
  "long-term-care",
  "health-promotion",
  "public-health",
  "insurance-admin",
  "employment-health",
  "school-health",
  "research-consented",
  "service-improvement",
  "marketing",
];

/** One consent for each category and purpose. */
export function* each() {
  for (const { code } of catalogue().categories) {
    for (const purpose of PURPOSES) {
      yield {
        ...sample,
        authorization_details: [{ ...detail, datatypes: [code], purposes: [purpose], exclude: [] }],
      };
    }
  }
}
