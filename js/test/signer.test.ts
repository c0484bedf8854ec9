import { expect, test } from "vitest";
import {
  dpopProof,
  inspect,
  isConsentError,
  pkce,
  randomId,
  s256,
  seedSigner,
  signToken,
  thumbprint,
  tryVerify,
  tryVerifySignature,
  webCryptoSigner,
  type Signer,
} from "../dist/index.js";

test("a key of WebCrypto signs and cannot be read out", async () => {
  const signer = await webCryptoSigner();
  expect(signer.pair.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("pkcs8", signer.pair.privateKey)).rejects.toThrow();
  const message = new TextEncoder().encode("message");
  const signature = await signer.sign(message);
  expect(tryVerifySignature({ jwk: signer.jwk, message, signature })).toEqual({ ok: true });
  // The same pair makes the same signer.
  expect((await webCryptoSigner(signer.pair)).jwk).toEqual(signer.jwk);
});

test("a seed signs what WebCrypto verifies, and is not kept by reference", async () => {
  const seed = new Uint8Array(32).fill(7);
  const signer = seedSigner(seed);
  seed.fill(0);
  const message = new TextEncoder().encode("message");
  const signature = await signer.sign(message);
  const raw = Buffer.from(signer.jwk.x, "base64url");
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  expect(await crypto.subtle.verify("Ed25519", key, signature as Uint8Array<ArrayBuffer>, message)).toBe(true);
  expect(seedSigner().jwk.x).not.toBe(seedSigner().jwk.x);
});

test("a caller's own signer is asked for the exact bytes", async () => {
  const inner = seedSigner();
  const asked: Uint8Array[] = [];
  const signer: Signer = {
    jwk: inner.jwk,
    sign(message) {
      asked.push(message);
      return inner.sign(message);
    },
  };
  const proof = await dpopProof(
    { method: "GET", url: "https://holder.example/records/allergy?from=2026-01-01" },
    signer,
  );
  expect(new TextDecoder().decode(asked[0])).toBe(proof.slice(0, proof.lastIndexOf(".")));
  expect(tryVerify(proof, { kind: "dpop+jwt" })).toMatchObject({
    ok: true,
    claims: { htm: "GET", htu: "https://holder.example/records/allergy" },
  });
});

test("a proof names its token, its nonce and its purpose", async () => {
  const proof = await dpopProof(
    {
      method: "POST",
      url: "https://holder.example/token",
      token: "a.b.c",
      nonce: randomId(),
      purpose: "care",
      now: 1_795_000_000,
    },
    seedSigner(),
  );
  const { claims } = inspect(proof, 1_795_000_000);
  expect(claims).toMatchObject({ ath: s256("a.b.c"), phr_pur: "care", iat: 1_795_000_000 });
});

test("claims that a verifier would refuse are not signed", async () => {
  const claims = { htm: "GET", htu: "https://holder.example/", iat: 1.5, jti: randomId() };
  await expect(signToken("dpop+jwt", claims, seedSigner())).rejects.toSatisfy((error) => isConsentError(error));
  await expect(signToken("phr-grant+jwt", {}, seedSigner())).rejects.toSatisfy((error) =>
    isConsentError(error, "claims.missing"),
  );
});

test("a key that is no key has no thumbprint", () => {
  for (const x of ["", "AAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]) {
    expect(() => thumbprint({ kty: "OKP", crv: "Ed25519", x })).toThrow(/^key\./);
  }
});

test("PKCE pairs fit and differ", () => {
  const { verifier, challenge } = pkce();
  expect(challenge).toBe(s256(verifier));
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(pkce().verifier).not.toBe(verifier);
});
