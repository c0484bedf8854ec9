import { describe, expect, test } from "vitest";
import {
  catalogue,
  decide,
  inspect,
  isConsentError,
  s256,
  statusOf,
  thumbprint,
  tryVerify,
  tryVerifySignature,
  verify,
  type DecideInput,
  type JwkSet,
} from "../dist/index.js";
import { vector } from "./vectors.js";

const good = vector("kinds/token-grant").input as unknown as { token: string; now: number; jwks: JwkSet };
const permitted = vector("chain/control").input as unknown as DecideInput;

describe("verify", () => {
  test("gives the claims of a good token", () => {
    const claims = verify(good.token, { kind: "phr-grant+jwt", jwks: good.jwks, now: good.now });
    expect(claims.ver).toBe("1.0");
    expect(claims.authorization_details[0]?.datatypes).toContain("allergy");
  });

  test("throws a stable code, a hint, and nothing of the token", () => {
    const [header, payload] = good.token.split(".");
    const bad = `${header}.${payload}.${"A".repeat(86)}`;
    try {
      verify(bad, { kind: "phr-grant+jwt", jwks: good.jwks, now: good.now });
      expect.unreachable();
    } catch (error) {
      if (!isConsentError(error, "signature.invalid")) throw error;
      expect(error.hint).toBeTruthy();
      expect(String(error.stack)).not.toContain(payload);
      expect(error.message).not.toContain(header);
    }
  });

  test("takes the time of the machine where none is given", () => {
    const result = tryVerify(good.token, { kind: "phr-grant+jwt", jwks: good.jwks });
    expect(result).toMatchObject({ ok: false, code: "grant.expired" });
  });

  test("refuses a token of another kind, another audience, and without keys", () => {
    const code = (input: Parameters<typeof tryVerify>[1]) => {
      const result = tryVerify(good.token, input);
      return result.ok ? "ok" : result.code;
    };
    const { jwks, now } = good;
    expect(code({ kind: "phr-consent+jwt", jwks, now })).toBe("header.typ-mismatch");
    expect(code({ kind: "phr-grant+jwt", jwks, now, audience: "https://other.example" })).toBe("audience.mismatch");
    expect(code({ kind: "phr-grant+jwt", now })).toBe("key.unknown");
    expect(code({ kind: "phr-grant+jwt", jwks, now })).toBe("ok");
  });

  test("gives an answer whatever comes", () => {
    for (const odd of ["", ".", "a.b.c", "é".repeat(10), "A".repeat(2_000_000), "\u0000"]) {
      const result = tryVerify(odd, { kind: "phr-grant+jwt", now: good.now });
      expect(result.ok).toBe(false);
    }
    for (const odd of [undefined, null, 7, {}, [], Symbol("x"), () => 1, 1n]) {
      const result = tryVerify(odd as unknown as string, { kind: "phr-grant+jwt", now: good.now });
      expect(result).toMatchObject({ ok: false, code: "caller.malformed" });
    }
  });
});

describe("decide", () => {
  test("permits, and says what may be shown", () => {
    const decision = decide(permitted);
    if (decision.outcome !== "permit") throw new Error(decision.code);
    expect(decision.permit.filter).toMatchObject({ category: "allergy" });
    expect(decision.permit.replay_key).toBeTruthy();
    expect(decision.permit.replay_until).toBeGreaterThan(permitted.now ?? 0);
  });

  test("denies with reasons in two languages", () => {
    const decision = decide({ ...permitted, category: "lifelog" });
    expect(decision).toMatchObject({ outcome: "deny", code: "scope.not-granted" });
    if (decision.outcome !== "deny") throw new Error();
    expect(decision.reasons[0]?.text.ja).toMatch(/\p{Script=Hiragana}/u);
    expect(decision.reasons[0]?.hint.en).toBeTruthy();
  });

  test("denies a proof that was seen", () => {
    const decision = decide(permitted);
    if (decision.outcome !== "permit") throw new Error(decision.code);
    expect(decide({ ...permitted, seen_proofs: [decision.permit.replay_key] })).toMatchObject({
      outcome: "deny",
      code: "proof.replayed",
    });
  });

  test("denies without a trust list, and with a policy that is too loose", () => {
    const { trust_list: _, ...trust } = permitted.trust;
    expect(decide({ ...permitted, trust })).toMatchObject({ code: "trust.list-missing" });
    expect(decide({ ...permitted, policy: { skew: 301 } })).toMatchObject({ code: "caller.policy" });
  });
});

describe("inspect", () => {
  test("shows header and claims and says what is wrong", () => {
    const seen = inspect(good.token, good.now);
    expect(seen.kind).toBe("phr-grant+jwt");
    expect(seen.problems).toEqual([]);
    expect(seen.s256).toBe(s256(good.token));
    const [, payload, signature] = good.token.split(".");
    const header = btoa(JSON.stringify({ alg: "none", typ: "phr-grant+jwt" })).replaceAll("=", "");
    const bad = inspect(`${header}.${payload}.${signature}`, good.now);
    expect(bad.problems[0]?.code).toBe("header.alg-not-allowed");
  });
});

test("a signature is checked, as bytes and as text", () => {
  const { input } = vector("signature/rfc8032-test-2");
  const { jwk, message, signature } = input as unknown as Parameters<typeof tryVerifySignature>[0];
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  expect(tryVerifySignature({ jwk, message, signature })).toEqual({ ok: true });
  expect(tryVerifySignature({ jwk, message: bytes(String(message)), signature: bytes(String(signature)) })).toEqual({
    ok: true,
  });
  expect(tryVerifySignature({ jwk, message: bytes("AAAA"), signature })).toMatchObject({ code: "signature.invalid" });
});

test("thumbprints and hashes are those of the standards", () => {
  // RFC 8037, appendix A.3.
  const jwk = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" } as const;
  expect(thumbprint(jwk)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  expect(s256("")).toBe("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
});

test("one entry of a status list", () => {
  const { input, expect: expected } = vector("status/appendix-1-bit-13");
  const answer = statusOf(input as unknown as Parameters<typeof statusOf>[0]);
  expect(answer.code).toBe(expected.code);
});

test("the catalogue has every category once, in both languages", () => {
  const { version, categories } = catalogue();
  expect(version).toBe("2026.1");
  expect(new Set(categories.map(({ code }) => code)).size).toBe(39);
  for (const { ja, en } of categories) {
    expect(ja).toMatch(/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u);
    expect(en).toMatch(/^[\x20-\x7e–’]+$/);
  }
});
