import { base64url } from "./bytes.js";
import { generateSeed, seedPublicKey, seedSign, value } from "./core.js";
import { ConsentError } from "./error.js";
import type { Kind } from "./claims.js";
import type { Jwk } from "./types.js";

/** Something that signs with one Ed25519 key, wherever the key is. */
export interface Signer {
  /** The public half. */
  readonly jwk: Jwk;
  /** Signs bytes: 64 bytes of signature. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * A key of WebCrypto that nobody can read out, not even this page: the default in a browser.
 *
 * @param pair an existing pair, such as one kept in IndexedDB; a new one is made if absent
 * @example
 * const signer = await webCryptoSigner();
 * signer.pair.privateKey.extractable; // false
 * @throws ConsentError `wallet.unsupported` where the platform has no Ed25519
 */
export async function webCryptoSigner(pair?: CryptoKeyPair): Promise<Signer & { readonly pair: CryptoKeyPair }> {
  const keys = pair ?? (await generate());
  const x = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
  return {
    pair: keys,
    jwk: { kty: "OKP", crv: "Ed25519", x },
    async sign(message) {
      const signature = await crypto.subtle.sign("Ed25519", keys.privateKey, message as Uint8Array<ArrayBuffer>);
      return new Uint8Array(signature);
    },
  };
}

async function generate(): Promise<CryptoKeyPair> {
  try {
    return (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  } catch {
    // `crypto.subtle` is missing without TLS, Ed25519 in browsers of before 2025.
    throw new ConsentError(
      "wallet.unsupported",
      "this browser cannot make the kind of key that is needed here",
      undefined,
      "use TLS, and Chrome 137, Edge 137, Firefox 129, Safari 17 or newer",
      {
        title: "このブラウザーでは、必要な鍵を作れません",
        hint: "ブラウザーを新しくしてください（Chrome 137、Firefox 129、Safari 17から）",
      },
    );
  }
}

/**
 * A key in the memory of the engine: the fallback where WebCrypto has no Ed25519, and for tests.
 *
 * The page, and whatever runs in it, can read the seed. Prefer {@link webCryptoSigner}.
 *
 * @example
 * const signer = seedSigner();
 * (await signer.sign(new Uint8Array([1]))).length; // 64
 */
export function seedSigner(seed: Uint8Array = generateSeed()): Signer {
  const own = seed.slice();
  return {
    jwk: { kty: "OKP", crv: "Ed25519", x: seedPublicKey(own) },
    sign: async (message) => seedSign(own, message),
  };
}

/**
 * Checks claims, signs them and gives the token.
 *
 * @param options.byKid whether the header names the key instead of bringing it, for requests
 * @example
 * const token = await signToken("phr-consent+jwt", buildConsent(consentInput).claims, signer);
 * inspect(token).kind; // phr-consent+jwt
 * @throws ConsentError `claims.*` for claims that a verifier would refuse
 */
export async function signToken(
  kind: Kind,
  claims: object,
  signer: Signer,
  options: { readonly byKid?: boolean } = {},
): Promise<string> {
  const input = value<string>({
    op: "signing-input",
    typ: kind,
    claims,
    jwk: signer.jwk,
    by_kid: options.byKid ?? false,
  });
  const signature = await signer.sign(new TextEncoder().encode(input));
  return `${input}.${base64url(signature)}`;
}
