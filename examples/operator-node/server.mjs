// The operator side of the contract in a vendor's backend: `node:http` around `OperatorHandler`.
import { createServer } from "node:http";
import { seedSigner, strictest } from "@phr-link/sdk";
import { memoryStore, OperatorHandler } from "@phr-link/sdk/operator";

const AGE_MS = 60_000;
const DUE_MS = 60_000;

/**
 * @param {{ base: string, holder: string, seed: Uint8Array, session: import("@phr-link/sdk/operator").OperatorOptions["session"] }} vendor
 *   `seed`: the key that the trust list names; `session`: who is signed in, by the vendor's own cookies
 */
export function operatorServer({ base, holder, seed, session }) {
  const handler = new OperatorHandler({
    base,
    holder,
    signer: seedSigner(seed),
    // In production: sqliteStore(new DatabaseSync("operator.db")), or a store of your own.
    store: memoryStore(),
    details: [strictest(["allergy", "lab-result", "routine-vaccination-a"], ["self-view"], { handling: "store", frequency: "continuing", retention: { days: 90 } })],
    notice: "見本の説明文です。記録は90日で消します。やめたときは、すぐに消します。",
    facts: { contact: { email: "desk@phr.example" }, policies: [], storage_countries: ["JP"], retention: { text: "90日で消します。", erasure_days: 0 } },
    trust: cached(async () => {
      const [list, marks] = await Promise.all(["/trust-list", "/marks"].map((path) => fetch(`${holder}${path}`)));
      // A sandbox tells its anchor; elsewhere its keys are in your configuration.
      const { marks: tokens, sandbox_anchor: jwks } = await marks.json();
      return { jwks, trust_list: await list.text(), marks: tokens };
    }),
    session,
  });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const hasBody = !["GET", "HEAD"].includes(request.method);
    const asked = new Request(`${base}${request.url}`, { method: request.method, headers: request.headers, ...(hasBody ? { body: Buffer.concat(chunks) } : {}) });
    const answer = await handler.handle(asked);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  const timer = setInterval(() => handler.fetchDue().catch(() => undefined), DUE_MS);
  server.once("close", () => clearInterval(timer));
  return server;
}

/** Asks again once what it has is a minute old. */
function cached(ask) {
  let kept;
  let askedAt = 0;
  return () => {
    if (kept === undefined || Date.now() - askedAt > AGE_MS) {
      askedAt = Date.now();
      kept = ask();
      // A fault is not remembered.
      kept.catch(() => (kept = undefined));
    }
    return kept;
  };
}
