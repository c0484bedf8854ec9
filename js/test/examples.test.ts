// Every example of the documentation comments is run; what stands behind `//` is what it gives.
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import * as sdk from "../dist/index.js";
import { given } from "./given.js";

const folder = new URL("../src/", import.meta.url);

interface Example {
  readonly name: string;
  readonly code: string;
}

/** The examples of a file, with the names of what they are about; and what has none. */
function read(file: string): { readonly examples: readonly Example[]; readonly without: readonly string[] } {
  const text = readFileSync(new URL(file, folder), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const examples: Example[] = [];
  const without: string[] = [];
  const visit = (node: ts.Node) => {
    const isNamed = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isMethodDeclaration(node);
    if (isNamed && node.name !== undefined) {
      const name = node.name.getText();
      const found = ts.getJSDocTags(node).filter((tag) => tag.tagName.text === "example");
      for (const tag of found) examples.push({ name, code: ts.getTextOfJSDocComment(tag.comment) ?? "" });
      if (found.length === 0 && ts.isFunctionDeclaration(node)) without.push(name);
    }
    node.forEachChild(visit);
  };
  visit(source);
  return { examples, without };
}

const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
const all = files.flatMap((file) => read(file).examples);

test("every public function has an example", () => {
  const isPublic = (name: string) => name in sdk;
  // Only a browser has it.
  const known = ["indexedDbKeys"];
  expect(files.flatMap((file) => read(file).without).filter((name) => isPublic(name) && !known.includes(name))).toEqual(
    [],
  );
  expect(all.length).toBeGreaterThan(35);
});

test.each(all)("the example of $name gives what it says", async ({ name, code }) => {
  const checks: [code: string, gave: unknown, said: string][] = [];
  // An expression with a comment behind it becomes a check of the comment.
  const body = code
    .split("\n")
    .map((line) => /^(\s*(?:if \([^)]*\) )?)([^\s].*); \/\/ (.+)$/.exec(line) ?? line)
    .map((line) => {
      if (typeof line === "string") return line;
      const [, before = "", expression = "", said = ""] = line;
      if (/^(const|let|return|for|throw|if) /.test(expression)) return `${before}${expression};`;
      return `${before}checks.push([${JSON.stringify(expression)}, ${expression}, ${JSON.stringify(said)}]);`;
    })
    .join("\n");
  const known = { ...sdk, ...given(name), checks };
  // What the example declares itself is not given.
  const own = [...body.matchAll(/(?:const|let) (?:\{([^}]*)\}|\[([^\]]*)\]|(\w+))/g)].flatMap(
    ([, object, list, single]) =>
      (object ?? list ?? single ?? "").split(",").map((word) => word.trim().split(":").at(-1)?.trim()),
  );
  const names = Object.keys(known).filter((word) => !own.includes(word));
  const { outputText } = ts.transpileModule(body, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const AsyncFunction = (async () => undefined).constructor as new (
    ...words: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...names, outputText)(...names.map((word) => known[word as keyof typeof known]));
  for (const [expression, gave, said] of checks) expect(String(gave), expression).toBe(said);
});
