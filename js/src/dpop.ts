import { base64url, nowInSeconds, randomId } from "./bytes.js";
import { signToken, type Signer } from "./signer.js";
import type { Purpose } from "./types.js";
import { s256 } from "./verify.js";

/** What a proof is for. */
export interface ProofInput {
  readonly method: string;
  readonly url: string;
  /** The token that goes with it. */
  readonly token?: string;
  /** The server's nonce. */
  readonly nonce?: string;
  readonly purpose?: Purpose;
  readonly now?: number;
}

/**
 * Makes a proof of possession (RFC 9449) for one request.
 *
 * @example
 * const proof = await dpopProof({ method: "GET", url: "https://holder.example/records/allergy" }, signer);
 * inspect(proof).kind; // dpop+jwt
 */
export async function dpopProof(input: ProofInput, signer: Signer): Promise<string> {
  const url = new URL(input.url);
  const claims = {
    htm: input.method,
    htu: `${url.origin}${url.pathname}`,
    iat: input.now ?? nowInSeconds(),
    jti: randomId(),
    ...(input.token === undefined ? {} : { ath: s256(input.token) }),
    ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
    ...(input.purpose === undefined ? {} : { phr_pur: input.purpose }),
  };
  return signToken("dpop+jwt", claims, signer);
}

/**
 * Makes a PKCE pair (RFC 7636), method S256.
 *
 * @example
 * const { verifier, challenge } = pkce();
 * s256(verifier) === challenge; // true
 */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { verifier, challenge: s256(verifier) };
}
