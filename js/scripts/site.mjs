// The documentation as a site that is read without a network: guides, codes out of the engine, the API.
//
//   node scripts/site.mjs [folder]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Application } from "typedoc";

const js = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(js, "..");
const made = join(root, "target/site-docs");
await import(pathToFileURL(join(js, "dist/index.js")).href);
const { value } = await import(pathToFileURL(join(js, "dist/core.js")).href);
const codes = value({ op: "codes" });

const words = {
  en: {
    file: "codes.md",
    title: "Error codes",
    lead: "Every code that the engine gives. Codes are stable; their words may change.",
    head: "| code | HTTP | what is wrong | what to do | whose fault | section |",
  },
  ja: {
    file: "codes.ja.md",
    title: "エラーコード",
    lead: "エンジンが返すすべてのコードです。コードは変わりません。説明の言葉は変わることがあります。",
    head: "| コード | HTTP | 何が起きたか | どうするか | どこの問題か | 仕様の節 |",
  },
};

mkdirSync(made, { recursive: true });
for (const [language, { file, title, lead, head }] of Object.entries(words)) {
  const cell = (text) =>
    String(text).replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("{", "&#123;").replaceAll("@", "&#64;");
  const rows = codes.map(
    ({ code, http_status: status, text, hint, blame, spec }) =>
      `| \`${code}\` | ${status} | ${cell(text[language])} | ${cell(hint[language])} | ${blame} | ${spec} |`,
  );
  writeFileSync(
    join(made, file),
    [
      `---\ntitle: ${title}\n---\n`,
      `# ${title}\n`,
      `${lead}\n`,
      head,
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n"),
  );
}

const app = await Application.bootstrapWithPlugins({ options: join(js, "typedoc.json") });
if (process.argv[2]) app.options.setValue("out", process.argv[2]);
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
console.log(`${codes.length} codes; ${app.options.getValue("out")}/index.html`);
