import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isConsentError, s256, view, type Consent, type ViewFormat } from "../dist/index.js";

const sample = new URL("../../crates/core/src/export/sample.json", import.meta.url);
const consent = JSON.parse(readFileSync(sample, "utf8")) as Consent;
const now = consent.iat + 100;
const formats: readonly ViewFormat[] = ["fhir", "smart", "ts27560"];

test("a consent is shown in each format, with a report", () => {
  const fhir = view(consent, { as: "fhir", now });
  expect(fhir).toMatchObject({ as: "fhir", state: "active", document: { resourceType: "Consent", status: "active" } });
  expect(view(consent, { as: "smart", now }).document).toEqual({ scope: "patient/AllergyIntolerance.rs" });
  expect(view(consent, { as: "ts27560", now }).document.record_id).toBe(consent.jti);
  expect(formats.map((as) => view(consent, { as, now }).report.is_wider)).toEqual([false, true, true]);
  for (const as of formats) {
    const { losses } = view(consent, { as, now }).report;
    expect(losses.length).toBeGreaterThan(0);
    for (const loss of losses) expect(Object.keys(loss.text)).toEqual(["ja", "en"]);
  }
});

test("a consent record loses nothing where nothing is limited that it cannot limit", () => {
  const [detail] = consent.authorization_details;
  const free = { period: { from: null, to: null }, on_end: "keep-required-by-law", exclude: [] } as const;
  const open = { ...consent, authorization_details: [{ ...detail!, ...free }] };
  expect(view(open, { as: "ts27560", now }).report.is_wider).toBe(false);
  const once = { ...consent, authorization_details: [{ ...detail!, ...free, frequency: "once" as const }] };
  const { report } = view(once, { as: "ts27560", now });
  expect(report.is_wider).toBe(true);
  expect(report.losses.filter((loss) => loss.widens).map((loss) => loss.path)).toEqual([
    "/authorization_details/0/frequency",
  ]);
});

test("what is over permits nothing", () => {
  const ended = { how: "withdrawn", at: now } as const;
  expect(view(consent, { as: "smart", now, ended })).toMatchObject({
    state: "withdrawn",
    document: { scope: "" },
    report: { is_wider: false },
  });
  expect(view(consent, { as: "fhir", now: consent.exp })).toMatchObject({
    state: "expired",
    document: { status: "inactive" },
  });
});

test("the view points to the signed consent by hash and does not carry it", () => {
  const shown = JSON.stringify(view(consent, { as: "fhir", now, token: "a.b.c" }));
  expect(shown).toContain(s256("a.b.c"));
  expect(shown).not.toContain("a.b.c");
});

test("claims that are none are refused", () => {
  const { sub, ...rest } = consent;
  expect(sub).toBe("p-7Kq2mX9");
  for (const [claims, code] of [
    [{ ...consent, exp: consent.iat }, "claims.inconsistent"],
    [rest as Consent, "claims.missing"],
  ] as const) {
    let caught: unknown;
    try {
      view(claims, { as: "ts27560", now });
    } catch (error) {
      caught = error;
    }
    expect(isConsentError(caught, code)).toBe(true);
  }
});
