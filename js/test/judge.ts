// Each operation through the function that an app calls, of whichever door.
import type * as Sdk from "../dist/index.js";
import type { Vector } from "./vectors.js";

interface Verdict {
  readonly decision: string;
  readonly code: string | null;
}

const verdict = (result: { readonly ok: boolean; readonly code?: string }): Verdict =>
  result.ok ? { decision: "accept", code: null } : { decision: "reject", code: result.code ?? null };

const judges = (sdk: typeof Sdk): Readonly<Record<string, (input: Vector["input"]) => Verdict>> => ({
  decide(input) {
    const decision = sdk.decide(input as unknown as Sdk.DecideInput);
    return decision.outcome === "permit"
      ? { decision: "permit", code: null }
      : { decision: "deny", code: decision.code };
  },
  token(input) {
    const { token, typ, ...rest } = input as Vector["input"] & { token: string; typ: Sdk.Kind };
    return verdict(sdk.tryVerify(token, { ...rest, kind: typ }));
  },
  status: (input) => sdk.statusOf(input as unknown as Parameters<typeof sdk.statusOf>[0]),
  signature: (input) =>
    verdict(sdk.tryVerifySignature(input as unknown as Parameters<typeof sdk.tryVerifySignature>[0])),
  consent: (input) => verdict(sdk.tryRegisterConsent(input as unknown as Sdk.RegistrationInput)),
  thumbprint(input) {
    try {
      sdk.thumbprint(input["jwk"] as Sdk.Jwk);
      return { decision: "accept", code: null };
    } catch (error) {
      if (!sdk.isConsentError(error)) throw error;
      return { decision: "reject", code: error.code };
    }
  },
});

/** What is wrong with a door's answers to vectors: nothing, or a line for each. */
export function wrong(sdk: typeof Sdk, vectors: readonly Vector[]): readonly string[] {
  const by = judges(sdk);
  return vectors.flatMap(({ id, input, expect: { decision, code } }) => {
    const judge = by[input.op];
    if (judge === undefined) return [`${id}: no function for ${input.op}`];
    const got = judge(input);
    return got.decision === decision && got.code === code
      ? []
      : [`${id}: expected ${decision} ${String(code)}, got ${got.decision} ${String(got.code)}`];
  });
}
