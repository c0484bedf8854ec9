import { nowInSeconds, randomId } from "./bytes.js";
import { value } from "./core.js";
import { ConsentError } from "./error.js";
import { signToken, type Signer } from "./signer.js";
import type { Detail } from "./types.js";
import { inspect, s256 } from "./verify.js";

/** To whom, what and until when a grant is passed on. */
export interface DelegationInput {
  /** The grant or delegation that is passed on. */
  readonly parent: string;
  /** The recipient's id in the trust list. */
  readonly recipient: string;
  /** The thumbprint of one of the recipient's listed keys. */
  readonly recipientKey: string;
  /** No more than the parent gives. */
  readonly details: readonly Detail[];
  /** Seconds from now; an hour at most without a status list of your own. */
  readonly seconds: number;
  /** The one-time number of a hand-over by QR. */
  readonly nonce?: string;
  readonly now?: number;
}

/**
 * Passes a grant on: a narrower token, signed by the key that the parent is bound to.
 *
 * @example
 * const details = [{ ...parent.details[0], actions: ["read"], onward: { to: [], roles: [] } }];
 * const handed = await delegate({ parent: parent.token, recipient, recipientKey, details, seconds: 600 }, signer);
 * inspect(handed).kind; // phr-delegation+jwt
 * @throws ConsentError `scope.*-wider` if it would give more than the parent
 */
export async function delegate(input: DelegationInput, signer: Signer): Promise<string> {
  const parent = inspect(input.parent).claims as ParentClaims | null;
  if (parent === null) throw new ConsentError("token.not-jws", "the parent is no token", "/parent");
  value({ op: "narrow", child: input.details, parent: parent.authorization_details });
  const iat = Math.max(input.now ?? nowInSeconds(), parent.iat);
  const claims = {
    iss: parent.client_id,
    sub: parent.sub,
    aud: parent.aud,
    client_id: input.recipient,
    iat,
    exp: Math.min(iat + input.seconds, parent.exp),
    jti: randomId(),
    ver: "1.0",
    cnf: { jkt: input.recipientKey },
    arrangement_id: parent.arrangement_id,
    consent_s256: parent.consent_s256,
    consent_jti: parent.consent_jti,
    par_s256: s256(input.parent),
    depth: (parent.depth ?? 0) + 1,
    authorization_details: input.details,
    ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
  };
  return signToken("phr-delegation+jwt", claims, signer);
}

interface ParentClaims {
  readonly client_id: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly arrangement_id: string;
  readonly consent_s256: string;
  readonly consent_jti: string;
  readonly depth?: number;
  readonly authorization_details: readonly Detail[];
}
