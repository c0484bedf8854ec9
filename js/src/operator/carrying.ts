import { openArchive, packArchive } from "../archive.js";
import type { FhirResource } from "../fhir.js";
import type { CategoryCode } from "../generated/codes.js";
import { inspect, s256 } from "../verify.js";
import type { OperatorOptions, OperatorSession } from "./options.js";
import { answer, refuse } from "./problem.js";
import { keepDocument } from "./receipting.js";

/** For how long what the person brought is kept: until they erase it, in effect. */
const KEPT_SECONDS = 100 * 366 * 86_400;

/** `GET /export`: all that is kept of the person, in one document. */
export async function exported(options: OperatorOptions, session: OperatorSession, now: number): Promise<Response> {
  const { records, documents } = await options.store.atomically(async (rows) => ({
    records: await rows.find({ kind: "record", person: session.person }),
    documents: await rows.find({ kind: "document", person: session.person }),
  }));
  const tokens = (isConsent: boolean) =>
    documents
      .filter(({ value }) => (value["type"] === "consent") === isConsent)
      .map(({ value }) => String(value["token"]));
  const content = {
    records: records
      .filter(({ value }) => Number(value["keepUntil"]) > now)
      .map(({ value }) => ({
        category: value["category"] as CategoryCode,
        resource: JSON.parse(String(value["text"])) as FhirResource,
      })),
    consents: tokens(true),
    receipts: tokens(false),
  };
  const archive = packArchive(content, { operator: options.base, sub: session.person, madeAt: now });
  return answer(archive, 200, { "Content-Disposition": 'attachment; filename="phr-export.json"' });
}

/** `POST /import`: takes in what another operator exported, everything or nothing. */
export async function imported(
  options: OperatorOptions,
  session: OperatorSession,
  body: unknown,
  now: number,
): Promise<Response> {
  const content = openArchive(body);
  const isToken = (token: string, kind: string) => inspect(token, now).kind === kind;
  if (!content.consents.every((token) => isToken(token, "phr-consent+jwt")))
    throw refuse("import.malformed", "/files/consents.txt");
  if (!content.receipts.every((token) => isToken(token, "phr-receipt+jwt")))
    throw refuse("import.malformed", "/files/receipts.txt");
  await options.store.atomically(async (rows) => {
    for (const { category, resource } of content.records) {
      const text = JSON.stringify(resource);
      const value = { category, text, keepUntil: now + KEPT_SECONDS };
      await rows.put({
        kind: "record",
        id: `${session.person} import ${category} ${s256(text)}`,
        person: session.person,
        value,
      });
    }
    for (const token of content.consents) await keepDocument(rows, session.person, "consent", token);
    for (const token of content.receipts) await keepDocument(rows, session.person, "receipt", token);
  });
  const { records, consents, receipts } = content;
  return answer({ records: records.length, consents: consents.length, receipts: receipts.length });
}
