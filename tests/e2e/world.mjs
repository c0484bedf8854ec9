// The demo's world: a holder, the app on another origin, a clinic on a third.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const example = join(root, "examples/phr-app");
const sdk = await import(pathToFileURL(join(root, "js/dist/index.js")).href);
const { appServer } = await import(pathToFileURL(join(example, "server/app.mjs")).href);
const { clinicServer } = await import(pathToFileURL(join(example, "server/clinic.mjs")).href);
const { life } = await import(pathToFileURL(join(example, "sample/life.mjs")).href);

export const CLINIC = "https://clinic.example";

/**
 * @param options `ports` of holder, app and clinic, free ones if absent; `built`: the app's files; `operator`: the
 * address of an operator with a server
 */
export async function open({ ports, built = join(example, "dist"), operator } = {}) {
  const [holderPort, appPort, clinicPort] = ports ?? [await freePort(), await freePort(), await freePort()];
  const [holder, app, clinic] = [holderPort, appPort, clinicPort].map((port) => `http://localhost:${port}`);
  const folder = await mkdtemp(join(tmpdir(), "phr-link-demo-"));
  const records = join(folder, "records");
  await mkdir(records);
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(new Date());
  await writeFile(join(records, "life.json"), JSON.stringify(life(today)));
  const words = ["serve", "holder", "--listen", `127.0.0.1:${holderPort}`, "--base", holder, "--app", app];
  words.push("--store", join(folder, "holder.db"), "--clinic-key", join(folder, "clinic.key"), "--records", records);
  words.push("--sdk", join(root, "js/dist"));
  const operatorKey = join(folder, "operator.key");
  if (operator !== undefined) words.push("--operator", operator, "--operator-key", operatorKey);
  // Its lines about each call are for those who run a service.
  const env = { PHR_LINK_LOG: "warn", ...process.env };
  const child = spawn(process.env.PHR_LINK_BIN ?? "phr-link", words, { stdio: ["ignore", "pipe", "inherit"], env });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", () => reject(new Error("the holder did not start")));
    child.once("error", reject);
  });
  const seed = Buffer.from(await readFile(join(folder, "clinic.key"), "utf8"), "base64url");
  const signer = sdk.seedSigner(new Uint8Array(seed));
  const settings = { holder, clinic: { id: CLINIC, name: "見本クリニック", url: clinic } };
  const servers = { app: appServer({ folder: built, settings }), clinic: clinicServer({ folder: built, holder, app, id: CLINIC, signer }) };
  await listen(servers.app, appPort);
  await listen(servers.clinic, clinicPort);
  return {
    holder,
    app,
    clinic,
    operatorKey,
    /** What the clinic may read now. */
    clinicReads: servers.clinic.read,
    async close() {
      child.kill();
      for (const server of Object.values(servers)) {
        server.closeAllConnections();
        server.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function listen(server, port) {
  return new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
}

export function freePort() {
  return new Promise((resolve) => {
    const socket = createServer();
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
