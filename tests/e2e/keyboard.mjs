import assert from "node:assert/strict";
import { arrive } from "./link.mjs";

/** Where the focus is, through shadow roots. */
const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return { id: element.id, name: element.getAttribute("name"), width: box.width, height: box.height, outline: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2 };
};

/** The consent card without a mouse: every control is reached in its order and seen to be, refusal included. */
export async function byKeyboard(world, browser) {
  const { own, page } = await arrive(world, browser, "jiro");
  await page.waitForSelector("#chosen");
  const order = [];
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focused);
    assert.ok(at.outline, `the focus on ${at.id || at.name} is seen`);
    order.push(at.id || at.name);
    if (at.name === "allergy" || at.name === "self-view") await page.keyboard.press("Space");
    if (at.id === "refuse") break;
  }
  const place = (name) => order.indexOf(name);
  for (const name of ["allergy", "surgery-dialysis", "self-view", "medication-safety", "chosen", "all", "refuse"]) assert.ok(place(name) >= 0, `${name} is not reached`);
  assert.ok(place("allergy") < place("self-view") && place("self-view") < place("chosen") && place("chosen") < place("refuse"));
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  assert.equal((await page.evaluate(focused)).id, "chosen");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#sign");
  for (let press = 0; press < 10 && (await page.evaluate(focused)).id !== "sign"; press += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${world.app}/`);
  await page.waitForSelector("html[data-read=yes]");
  assert.deepEqual(own.problems, []);
  await own.close();
  return `without a mouse: ${order.length} controls in reading order, chosen and signed with the keyboard`;
}
