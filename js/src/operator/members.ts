import type { Member } from "../claims.js";
import { verify } from "../verify.js";
import type { OperatorTrust } from "./options.js";
import { refuse } from "./problem.js";

/** The members of the trust list, if it holds now. @throws ConsentError `trust.*` */
export function membersOf({ trust_list: token, jwks }: OperatorTrust, now: number): readonly Member[] {
  return verify(token, { kind: "phr-trust-list+jwt", jwks, now }).members;
}

/** A member by its entity id. @throws ConsentError `trust.not-certified` if it is not in the list */
export function memberOf(trust: OperatorTrust, id: string, now: number): Member {
  const found = membersOf(trust, now).find((member) => member.id === id);
  if (found === undefined) throw refuse("trust.not-certified");
  return found;
}
