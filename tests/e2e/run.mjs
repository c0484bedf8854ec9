import assert from "node:assert/strict";
import { actsForAChild } from "./child.mjs";
import { launch, looked } from "./browser.mjs";
import { frameworks } from "./frameworks.mjs";
import { inspected } from "./inspector.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { many } from "./many.mjs";
import { asOperator } from "./operator.mjs";
import { pasted } from "./pasted.mjs";
import { story } from "./story.mjs";

/** Every walk, each with contexts of its own. */
export async function run(world) {
  const started = Date.now();
  let number = 0;
  const step = (text) => console.log(`${String((number += 1)).padStart(2)}. ${text}`);
  const browser = await launch();
  try {
    await story(world, browser, { language: "ja", viewport: { width: 1100, height: 900 }, colorScheme: "light" }, step);
    const silent = () => undefined;
    await story(world, browser, { language: "en", viewport: { width: 375, height: 812 }, colorScheme: "dark" }, silent);
    step("the same story in English, on a phone's width and in the dark");
    step(await actsForAChild(world, browser));
    step(await byKeyboard(world, browser));
    step(await pasted(browser));
    step(await frameworks(browser));
    step(await inspected(world, browser));
    step(await asOperator(browser));
    step(await many(world, browser));
    assert.ok(looked() > 30);
    step(`axe found no violation on ${looked()} views`);
    console.log(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } finally {
    await browser.close();
  }
}
