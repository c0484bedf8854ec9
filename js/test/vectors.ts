// The vectors of the repository, as the tests read them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Vector {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>> & { readonly op: string };
  readonly expect: { readonly decision: string; readonly code: string | null };
}

const folder = fileURLToPath(new URL("../../tests/vectors", import.meta.url));

export const vectors: readonly Vector[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Vector);

export function vector(id: string): Vector {
  const found = vectors.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}
