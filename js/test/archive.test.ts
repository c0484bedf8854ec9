import { expect, test } from "vitest";
import { openArchive, packArchive, type Archive, type ArchiveContent } from "../dist/index.js";

const content: ArchiveContent = {
  records: [
    { category: "allergy", resource: { resourceType: "AllergyIntolerance", id: "1", code: { text: "そば\n𠮷" } } },
    { category: "lab-result", resource: { resourceType: "Observation", id: "2" } },
    { category: "lab-result", resource: { resourceType: "Observation", id: "3" } },
  ],
  consents: ["a.b.c"],
  receipts: ["d.e.f", "g.h.i"],
};
const about = { operator: "https://app.example", sub: "person-1", madeAt: 1_795_000_000 };
const archive = packArchive(content, about);

test("what is packed is what is opened, and packing that again gives the same files", () => {
  const opened = openArchive(JSON.parse(JSON.stringify(archive)));
  expect(new Set(opened.records)).toEqual(new Set(content.records));
  expect(new Set(opened.receipts)).toEqual(new Set(content.receipts));
  expect(packArchive(opened, about)).toEqual(archive);
  expect(packArchive({ ...content, records: [...content.records, ...content.records].reverse() }, about)).toEqual(
    archive,
  );
  expect(archive.manifest.made_at).toBe("2026-11-18T11:06:40Z");
});

test("of an archive that is spoilt nothing is given", () => {
  const spoil = (change: (archive: { manifest: any; files: any }) => void) => {
    const copy = JSON.parse(JSON.stringify(archive)) as Archive;
    change(copy as never);
    return () => openArchive(copy);
  };
  const name = "records/allergy.ndjson";
  for (const broken of [
    spoil(({ files }) => (files[name] = files[name].replace("そば", "小麦"))),
    spoil(({ files }) => delete files[name]),
    spoil(({ files }) => (files["records/genome.ndjson"] = "")),
    spoil(({ manifest }) => manifest.files.pop()),
    spoil(({ manifest }) => manifest.files.push(manifest.files[0])),
    spoil(({ manifest }) => (manifest.files[0].lines += 1)),
    spoil(({ manifest }) => (manifest.files[0].kind = "records")),
    spoil(({ manifest }) => (manifest.files[0].more = 1)),
    spoil(({ manifest }) => (manifest.version = "2.0")),
    spoil(({ manifest, files }) => {
      files["../x"] = files[name];
      manifest.files.find((file: { name: string }) => file.name === name).name = "../x";
      delete files[name];
    }),
    () => openArchive(null),
    () => openArchive([]),
    () => openArchive({ manifest: { version: "1.0", files: [null] }, files: {} }),
  ]) {
    expect(broken).toThrow("import.malformed");
  }
});
