// The one place that talks to the holder.
import {
  GrantClient,
  isConsentError,
  strictest,
  Wallet,
  type CategoryCode,
  type ErrorCode,
  type Link,
} from "@phr-link/sdk";
import * as vault from "./vault";

export interface Settings {
  readonly holder: string;
  readonly clinic: { readonly id: string; readonly name: string; readonly url: string };
}

/** What the app asks for; the person chooses. */
export const CATEGORIES: readonly CategoryCode[] = [
  "allergy",
  "covid19-vaccination",
  "disclosed-diagnosis",
  "e-prescription",
  "encounter-institution",
  "lab-result",
  "lifelog",
  "medication-claims",
  "routine-vaccination-a",
  "routine-vaccination-b",
  "specific-checkup",
  "surgery-dialysis",
];

export const settings = (await (await fetch("/settings.json")).json()) as Settings;
export const wallet = new Wallet();

let made: Promise<GrantClient> | undefined;

/** The client, with the key of this browser. */
export function client(): Promise<GrantClient> {
  made ??= (async () =>
    new GrantClient({
      holder: settings.holder,
      clientId: location.origin,
      clientName: "見本ヘルス",
      redirectUri: `${location.origin}/callback`,
      signer: await wallet.signer("proof"),
    }))();
  return made;
}

/** Sends the person to the holder. */
export async function link(): Promise<void> {
  const notice = { uri: `${location.origin}/notice.txt`, text: await (await fetch("/notice.txt")).text() };
  const details = [
    strictest(CATEGORIES, ["self-view", "medication-safety"], {
      handling: "store",
      frequency: "continuing",
      retention: { days: 90 },
      onward: { to: [settings.clinic.id], roles: [] },
    }),
  ];
  const begun = await (await client()).begin({ details, notice });
  await vault.write("begun", begun);
  location.assign(begun.url);
}

/** Takes what the person brought back from the holder. */
export async function arrive(callback: URL): Promise<void> {
  const begun = await vault.read("begun");
  await vault.write("begun", undefined);
  const made = await (await client()).finish(callback, begun ?? { state: "", verifier: "" });
  await keep(made);
}

/** The categories that the person granted. */
export function granted(link: Link | undefined): CategoryCode[] {
  return [...new Set((link?.details ?? []).flatMap(({ datatypes }) => datatypes))];
}

/** The link with a grant that lasts, if the consent does. */
export async function fresh(): Promise<Link | undefined> {
  const link = await vault.read("link");
  if (link === undefined) return undefined;
  const next = await (await client()).fresh(link);
  if (next !== link) await keep(next);
  return next;
}

async function keep(link: Link): Promise<void> {
  await vault.write("link", link);
  const add = async (name: "receipts" | "consents", token: string) => {
    const known = (await vault.read(name)) ?? [];
    if (token !== "" && !known.includes(token)) await vault.write(name, [...known, token]);
  };
  await add("receipts", link.receipt);
  await add("consents", link.consent);
}

/** Codes that say that the consent has ended. */
const ENDED: readonly ErrorCode[] = ["grant.revoked", "consent.withdrawn", "consent.expired", "consent.superseded"];

/** Reads everything that was granted; tells each category as it comes. Gives false if the consent ended. */
export async function refresh(told: (category: CategoryCode) => void): Promise<boolean> {
  let link: Link | undefined;
  try {
    link = await fresh();
  } catch (error) {
    if (isConsentError(error) && ENDED.includes(error.code)) return false;
    throw error;
  }
  if (link === undefined) return true;
  const reader = await client();
  for (const category of granted(link)) {
    const found = [];
    let result = "ok";
    try {
      for await (const record of reader.records(category, { grant: link.grant, purpose: "self-view" }))
        found.push(record);
      await vault.replace(category, found);
      if (found.length === 0) result = "empty";
    } catch (error) {
      if (!isConsentError(error)) throw error;
      if (ENDED.includes(error.code)) return false;
      result = error.code;
    }
    const asked = (await vault.read("asked")) ?? {};
    await vault.write("asked", { ...asked, [category]: { at: Date.now() / 1000, result, count: found.length } });
    told(category);
  }
  return true;
}
