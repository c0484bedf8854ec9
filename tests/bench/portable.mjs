// The engine as plain JavaScript against the same engine as WebAssembly, each in a process of its own, as
// ratios of one interleaved run. Nothing passes or fails here.
//
//   node tests/bench/portable.mjs
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROUNDS = 5;
const [door] = process.argv.slice(2);

if (door === undefined) {
  const script = fileURLToPath(import.meta.url);
  const rounds = Array.from({ length: ROUNDS }, () => ["index", "portable"].map((name) => JSON.parse(execFileSync(process.execPath, [script, name], { encoding: "utf8" }))));
  const median = (numbers) => numbers.sort((one, other) => one - other)[numbers.length >> 1];
  for (const what of ["first", "verify", "decide"]) {
    const ratio = median(rounds.map(([wasm, portable]) => portable[what] / wasm[what]));
    console.log(`${what}: the portable engine takes ${ratio.toFixed(1)} times as long`);
  }
} else {
  const vector = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8")).input;
  const { op: _, ...input } = vector("chain/control");
  const { token, typ: kind, jwks, audience, now } = vector("kinds/token-grant");
  const started = performance.now();
  const sdk = await import(new URL(`../../js/dist/${door}.js`, import.meta.url));
  sdk.s256("");
  const first = performance.now() - started;
  const time = (run) => {
    for (let at = 0; at < 50; at += 1) run();
    const times = Array.from({ length: 200 }, () => {
      const before = performance.now();
      run();
      return performance.now() - before;
    });
    return times.sort((one, other) => one - other)[100];
  };
  console.log(JSON.stringify({ first, verify: time(() => sdk.tryVerify(token, { kind, jwks, audience, now })), decide: time(() => sdk.decide(input)) }));
}
