// The examples of the READMEs run as they stand.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function examples(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```(?:ts|js)\n([\s\S]*?)^```$/gm)].map((found) => found[1] ?? "");
}

for (const [file, least] of [
  ["README.md", 3],
  ["../README.md", 1],
] as const) {
  const blocks = examples(file);
  test(`${file} has at least ${least} examples, and each one runs`, () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least);
    // Inside the package, its own name leads to what was built.
    const folder = mkdtempSync(join(root, "test/.readme-"));
    try {
      for (const [index, block] of blocks.entries()) {
        const path = join(folder, `${index}.mjs`);
        writeFileSync(path, block);
        execFileSync(process.execPath, [path], { cwd: root, stdio: "pipe" });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
