// Who an institution is, by the signed trust list and never by its own words.
import { thumbprint, verify, type JwkSet } from "@phr-link/sdk";
import { settings } from "./holder";

export interface Institution {
  readonly id: string;
  readonly name: string;
  readonly "name#en": string;
  readonly address: string;
  readonly representative: string;
  /** The thumbprint of its key. */
  readonly key: string;
}

/** An institution that is listed, not suspended, and whose key is known. */
export async function institution(id: string): Promise<Institution | undefined> {
  const [list, marks] = await Promise.all([fetch(`${settings.holder}/trust-list`), fetch(`${settings.holder}/marks`)]);
  // In the sandbox the anchor is told; elsewhere an app ships with it.
  const { sandbox_anchor: jwks } = (await marks.json()) as { sandbox_anchor: JwkSet };
  const { members } = verify(await list.text(), { kind: "phr-trust-list+jwt", jwks });
  const member = members.find((one) => one.id === id);
  const key = member?.keys[0];
  if (member === undefined || key === undefined || member.suspended_from !== undefined) return undefined;
  const { name, address, representative } = member;
  return { id, name, "name#en": member["name#en"], address, representative, key: thumbprint(key) };
}
