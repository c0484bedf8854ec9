import { expect, test } from "vitest";
import {
  decide,
  isConsentError,
  statusOf,
  thumbprint,
  tryRegisterConsent,
  tryVerify,
  tryVerifySignature,
  type DecideInput,
  type Jwk,
  type Kind,
  type RegistrationInput,
} from "../dist/index.js";
import { vectors, type Vector } from "./vectors.js";

interface Verdict {
  readonly decision: string;
  readonly code: string | null;
}

const verdict = (result: { readonly ok: boolean; readonly code?: string }): Verdict =>
  result.ok ? { decision: "accept", code: null } : { decision: "reject", code: result.code ?? null };

/** Each operation through the function that an app calls. */
const judges: Readonly<Record<string, (input: Vector["input"]) => Verdict>> = {
  decide(input) {
    const decision = decide(input as unknown as DecideInput);
    return decision.outcome === "permit"
      ? { decision: "permit", code: null }
      : { decision: "deny", code: decision.code };
  },
  token(input) {
    const { token, typ, ...rest } = input as Vector["input"] & { token: string; typ: Kind };
    return verdict(tryVerify(token, { ...rest, kind: typ }));
  },
  status: (input) => statusOf(input as unknown as Parameters<typeof statusOf>[0]),
  signature: (input) => verdict(tryVerifySignature(input as unknown as Parameters<typeof tryVerifySignature>[0])),
  consent: (input) => verdict(tryRegisterConsent(input as unknown as RegistrationInput)),
  thumbprint(input) {
    try {
      thumbprint(input["jwk"] as Jwk);
      return { decision: "accept", code: null };
    } catch (error) {
      if (!isConsentError(error)) throw error;
      return { decision: "reject", code: error.code };
    }
  },
};

test("every vector gets its exact code through the package", () => {
  expect(vectors.length).toBeGreaterThanOrEqual(1_300);
  const wrong = vectors.flatMap(({ id, input, expect: { decision, code } }) => {
    const judge = judges[input.op];
    if (judge === undefined) return [`${id}: no function for ${input.op}`];
    const got = judge(input);
    return got.decision === decision && got.code === code
      ? []
      : [`${id}: expected ${decision} ${String(code)}, got ${got.decision} ${String(got.code)}`];
  });
  expect(wrong).toEqual([]);
});
