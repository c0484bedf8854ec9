import { ConsentError } from "./error.js";
import type { FhirResource } from "./fhir.js";
import type { CategoryCode } from "./generated/codes.js";
import { catalogue, s256 } from "./verify.js";

/** A person's data in one document: the files, and a manifest with the hash of each. */
export interface Archive {
  readonly manifest: {
    readonly version: "1.0";
    /** Who made it: the entity id of an operator. */
    readonly operator: string;
    /** The person, as that operator knows them. */
    readonly sub: string;
    /** An instant, ISO 8601. */
    readonly made_at: string;
    readonly files: readonly ArchiveFile[];
  };
  /** By name: lines of JSON (NDJSON) or of tokens, each with its line feed. */
  readonly files: Readonly<Record<string, string>>;
}

/** A file as the manifest names it. */
export interface ArchiveFile {
  readonly name: string;
  readonly kind: "consents" | "receipts" | "records";
  readonly lines: number;
  readonly bytes: number;
  readonly s256: string;
}

/** What an archive holds. */
export interface ArchiveContent {
  readonly records: readonly { readonly category: CategoryCode; readonly resource: FhirResource }[];
  /** Signed consents. */
  readonly consents: readonly string[];
  /** Signed receipts. */
  readonly receipts: readonly string[];
}

const CONSENTS = "consents.txt";
const RECEIPTS = "receipts.txt";
const RECORDS = /^records\/([a-z0-9-]+)\.ndjson$/;

/**
 * Packs a person's data so that another app or operator can take it in. The same content makes the same
 * files: each record once, in an order that nothing but its content decides.
 *
 * @param about.madeAt seconds since 1970
 * @example
 * packArchive(content, { operator: "https://app.example", sub: "person-1", madeAt: 1795000000 });
 * @see the specification, section 14
 */
export function packArchive(
  content: ArchiveContent,
  about: { readonly operator: string; readonly sub: string; readonly madeAt: number },
): Archive {
  const lines = new Map<string, Map<string, string>>();
  const add = (name: string, line: string) => {
    const file = lines.get(name) ?? new Map<string, string>();
    lines.set(name, file.set(s256(line), line));
  };
  for (const { category, resource } of content.records) add(`records/${category}.ndjson`, JSON.stringify(resource));
  for (const token of content.consents) add(CONSENTS, token);
  for (const token of content.receipts) add(RECEIPTS, token);
  const files: Record<string, string> = {};
  for (const name of [...lines.keys()].sort()) {
    const sorted = [...(lines.get(name) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1));
    files[name] = sorted.map(([, line]) => `${line}\n`).join("");
  }
  return {
    manifest: {
      version: "1.0",
      operator: about.operator,
      sub: about.sub,
      made_at: new Date(about.madeAt * 1000).toISOString().replace(".000Z", "Z"),
      files: Object.entries(files).map(([name, text]) => describe(name, text)),
    },
    files,
  };
}

/**
 * Opens an archive: every file is the one of the manifest, byte for byte, and holds what it says. Nothing
 * of an archive that is spoilt is given.
 *
 * @throws ConsentError `import.malformed`, with the place in `path`
 * @example
 * const { records } = openArchive(JSON.parse(text));
 */
export function openArchive(archive: unknown): ArchiveContent {
  const { manifest, files } = shape(archive);
  const names = manifest.files.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw malformed("/manifest/files");
  for (const name of Object.keys(files)) if (!names.includes(name)) throw malformed(`/files/${pointer(name)}`);
  const content = {
    records: [] as ArchiveContent["records"][number][],
    consents: [] as string[],
    receipts: [] as string[],
  };
  const known = new Set<string>(catalogue().categories.map(({ code }) => code));
  for (const [index, file] of manifest.files.entries()) {
    const place = `/manifest/files/${index}`;
    const text = files[file.name];
    if (text === undefined || JSON.stringify(describe(file.name, text)) !== JSON.stringify(sorted(file))) {
      throw malformed(place);
    }
    if (text !== "" && !text.endsWith("\n")) throw malformed(place);
    const read = text.split("\n").slice(0, -1);
    const category = RECORDS.exec(file.name)?.[1];
    if (file.name === CONSENTS) content.consents.push(...read);
    else if (file.name === RECEIPTS) content.receipts.push(...read);
    else if (category !== undefined && known.has(category)) {
      for (const [line, words] of read.entries()) {
        const resource = json(words);
        if (typeof resource?.["resourceType"] !== "string") throw malformed(`${place}/lines/${line}`);
        content.records.push({ category: category as CategoryCode, resource: resource as unknown as FhirResource });
      }
    } else throw malformed(`${place}/name`);
  }
  return content;
}

function describe(name: string, text: string): ArchiveFile {
  return {
    name,
    kind: name === CONSENTS ? "consents" : name === RECEIPTS ? "receipts" : "records",
    lines: text.split("\n").length - 1,
    bytes: new TextEncoder().encode(text).length,
    s256: s256(text),
  };
}

/** The members of a file's description in our order; another one, or one too many, changes the text. */
function sorted(file: ArchiveFile): unknown {
  const { name, kind, lines, bytes, s256: hash, ...rest } = file;
  return { name, kind, lines, bytes, s256: hash, ...rest };
}

function shape(archive: unknown): Archive {
  const { manifest, files } = (typeof archive === "object" && archive !== null ? archive : {}) as Partial<Archive>;
  if (typeof manifest !== "object" || manifest === null) throw malformed("/manifest");
  if (manifest.version !== "1.0") throw malformed("/manifest/version");
  const isFile = (file: unknown) =>
    typeof file === "object" && file !== null && typeof (file as ArchiveFile).name === "string";
  if (!Array.isArray(manifest.files) || !manifest.files.every(isFile)) throw malformed("/manifest/files");
  if (typeof files !== "object" || files === null) throw malformed("/files");
  if (!Object.values(files).every((text) => typeof text === "string")) throw malformed("/files");
  return { manifest, files };
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const pointer = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

function malformed(path: string): ConsentError {
  return new ConsentError(
    "import.malformed",
    "the archive is not what its manifest says",
    path,
    "ask whoever made it for a new one; nothing was taken in",
    {
      title: "ファイルの中身が目録と合いません",
      hint: "作った事業者に、新しいファイルを求めてください。何も取り込んでいません",
    },
  );
}
