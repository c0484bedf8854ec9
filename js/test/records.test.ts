import { expect, test } from "vitest";
import {
  catalogue,
  categoryName,
  isConsentError,
  recordDate,
  recordTitle,
  say,
  strictest,
  verifyReceipts,
  words,
} from "../dist/index.js";
import { vector } from "./vectors.js";

test("every vocabulary has both languages, and an unknown code is shown as it is", () => {
  for (const [name, list] of Object.entries(words())) {
    expect(list.length, name).toBeGreaterThan(1);
    for (const { code, ja, en } of list) expect(`${code}${ja}${en}`.length, code).toBeGreaterThan(code.length + 1);
  }
  expect(say("purposes", "self-view", "ja")).toBe("あなたが自分で見るため");
  expect(say("purposes", "no-such-purpose", "ja")).toBe("no-such-purpose");
  expect(categoryName("allergy", "en")).not.toBe("allergy");
});

test("a request starts from the strictest terms", () => {
  const detail = strictest(["lab-result", "allergy"], ["self-view"], { retention: { days: 90 }, handling: "store" });
  expect(detail).toMatchObject({
    datatypes: ["allergy", "lab-result"],
    frequency: "once",
    on_end: "erase",
    retention: { days: 90 },
  });
  expect(detail.datatypes_ver).toBe(catalogue().version);
});

test("dates and titles are found where each kind of resource has them", () => {
  expect(recordDate({ resourceType: "Observation", effectivePeriod: { start: "2026-01-02" } })).toBe("2026-01-02");
  expect(recordDate({ resourceType: "Encounter", period: { start: "2021" } })).toBe("2021");
  expect(recordDate({ resourceType: "Organization" })).toBeUndefined();
  expect(recordTitle({ resourceType: "Immunization", vaccineCode: { coding: [{ display: "MR" }] } })).toBe("MR");
  expect(recordTitle({ resourceType: "Composition", type: {}, title: "退院時サマリー" })).toBe("退院時サマリー");
  expect(recordTitle({ resourceType: "Encounter" })).toBeUndefined();
});

test("receipts are verified by the keys of whoever keeps them", () => {
  const found = vector("kinds/token-receipt");
  const { token, jwks } = found.input as unknown as { token: string; jwks: { keys: [] } };
  expect(verifyReceipts([token], jwks)).toHaveLength(1);
  // The same place twice is one too many.
  expect(() => verifyReceipts([token, token], jwks)).toThrow("receipt.chain");
  try {
    verifyReceipts([token], { keys: [] });
    expect.unreachable();
  } catch (error) {
    expect(isConsentError(error, "key.unknown")).toBe(true);
  }
});
