// The main job, end to end: a holder, an app on another origin, a clinic, and a person.
// Without --headless it serves the pages and waits; with it, a real browser walks through the story in
// Japanese and English, every step is checked, and the process exits.
//
//   CHROMIUM=/path DEMO_SCREENSHOTS=folder node tests/e2e/demo.mjs --headless
import { open } from "./world.mjs";

const headless = process.argv.includes("--headless");
let world;
try {
  world = await open(headless ? {} : { ports: [8787, 8788, 8789] });
  if (headless) await (await import("./run.mjs")).run(world);
  else await wait(world);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await world?.close();
}

async function wait({ app, holder, clinic }) {
  console.log(`\nOpen ${app} in a browser with WebCrypto Ed25519 (Chrome 137, Firefox 129, Safari 17 or newer).`);
  console.log(`What is shared: ${holder}/consents. The clinic's desk: ${clinic}. All people and records are invented.`);
  console.log("Ctrl-C ends it.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}
