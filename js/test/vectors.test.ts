import { expect, test } from "vitest";
import * as sdk from "../dist/index.js";
import { wrong } from "./judge.js";
import { vectors } from "./vectors.js";

test("every vector gets its exact code through the package", () => {
  expect(vectors.length).toBeGreaterThanOrEqual(1_300);
  expect(wrong(sdk, vectors)).toEqual([]);
});
