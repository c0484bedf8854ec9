import type { Receipt } from "./claims.js";
import type { JwkSet } from "./types.js";
import { s256, verify } from "./verify.js";
import { ConsentError } from "./error.js";

/**
 * Verifies receipts and that none of them was taken out: for each keeper and arrangement, `seq` counts
 * and each one names the hash of the one before. They may be given in any order; the first that is
 * given of a chain need not be its first.
 *
 * @param tokens compact receipts
 * @param jwks the keys of whoever keeps them
 * @example
 * const [receipt] = verifyReceipts([receiptToken], jwks);
 * receipt.seq >= 0; // true
 * @throws ConsentError `signature.*`, `key.*`, `claims.*` of a receipt; `receipt.chain` if one is missing
 * or was changed, `path` names its place in `tokens`
 * @see the specification, section 3.9
 */
export function verifyReceipts(tokens: readonly string[], jwks: JwkSet): readonly Receipt[] {
  const read = tokens.map((token, at) => ({ at, token, claims: verify(token, { kind: "phr-receipt+jwt", jwks }) }));
  const chains = new Map<string, typeof read>();
  for (const entry of read) {
    const chain = `${entry.claims.iss} ${entry.claims.arrangement_id}`;
    chains.set(chain, [...(chains.get(chain) ?? []), entry]);
  }
  for (const chain of chains.values()) {
    chain.sort((one, other) => one.claims.seq - other.claims.seq);
    for (const [index, { at, claims }] of chain.entries()) {
      const before = chain[index - 1];
      if (before === undefined) continue;
      if (claims.seq !== before.claims.seq + 1 || claims.prev_s256 !== s256(before.token)) {
        throw new ConsentError("receipt.chain", "a receipt before this one is missing or was changed", `/${at}`);
      }
    }
  }
  return read.map(({ claims }) => claims);
}
