import { randomId } from "../bytes.js";
import type { Receipt } from "../claims.js";
import type { CategoryCode } from "../generated/codes.js";
import { signToken } from "../signer.js";
import { s256 } from "../verify.js";
import { keepArrangement, type Arrangement } from "./arrangement.js";
import type { OperatorOptions, OperatorTrust } from "./options.js";
import { memberOf } from "./members.js";
import type { Rows } from "./store.js";

/** Three years of 366 days: a record may be kept a little longer, never shorter. */
const RETAIN_SECONDS = 3 * 366 * 86_400;

/** A party as the trust list names it now. */
export function party(trust: OperatorTrust, id: string, now: number): Receipt["provider"] {
  const { name, address, representative } = memberOf(trust, id, now);
  return { id, name, address, representative };
}

/** What a receipt is about. */
export interface About {
  readonly event: "acquisition" | "erasure";
  readonly items: readonly CategoryCode[];
  readonly provider: Receipt["provider"];
  readonly recipient: Receipt["recipient"];
  readonly how: string;
  /** The number under which the other side keeps the same exchange. */
  readonly exchange?: string;
  readonly at: number;
}

/**
 * Writes a receipt at the end of an arrangement's chain, in the same piece of work as what it is about.
 * Gives the arrangement with its chain grown, and the receipt.
 */
export async function writeReceipt(
  options: OperatorOptions,
  rows: Rows,
  arrangement: Arrangement,
  about: About,
): Promise<{ readonly arrangement: Arrangement; readonly token: string }> {
  const { event, items, provider, recipient, how, exchange, at } = about;
  const claims = {
    iss: options.base,
    iat: at,
    jti: randomId(),
    ver: "1.0",
    event,
    exchange_id: exchange ?? randomId(),
    arrangement_id: arrangement.id,
    seq: arrangement.nextSeq,
    ...(arrangement.lastHash === undefined ? {} : { prev_s256: arrangement.lastHash }),
    sub: arrangement.sub,
    consent_jti: arrangement.consentId,
    consent_s256: arrangement.consentHash,
    at,
    provider,
    recipient,
    items,
    basis: { law: "APPI", arts: ["27-1"] },
    acquired_how: how,
    record_form: "single",
    retain_until: at + RETAIN_SECONDS,
  } as const satisfies Receipt;
  const token = await signToken("phr-receipt+jwt", claims, options.signer);
  const grown = { ...arrangement, nextSeq: arrangement.nextSeq + 1, lastHash: s256(token) };
  await keepArrangement(rows, grown);
  const value = { type: "own", token, at, seq: claims.seq, until: claims.retain_until };
  await rows.put({
    kind: "document",
    id: `own ${s256(token)}`,
    person: arrangement.person,
    arrangement: arrangement.id,
    value,
  });
  return { arrangement: grown, token };
}

/** Keeps a token of the person: a consent, or a receipt that somebody else wrote. */
export async function keepDocument(
  rows: Rows,
  person: string,
  type: "consent" | "receipt",
  token: string,
  arrangement?: string,
): Promise<void> {
  const id = `${type} ${person} ${s256(token)}`;
  await rows.put({
    kind: "document",
    id,
    person,
    ...(arrangement === undefined ? {} : { arrangement }),
    value: { type, token },
  });
}
