// A clinic: it has a key that the trust list names, reads the code on the person's screen, and asks the
// holder with what it was handed. It keeps nothing.
import { createServer } from "node:http";
import { GrantClient } from "@phr-link/sdk";
import { body, json, page, plain, policy } from "./pages.mjs";

const PAUSE_MS = 500;

/**
 * @param {{ folder: string, holder: string, app: string, id: string, signer: import("@phr-link/sdk").Signer }} options
 * @returns {import("node:http").Server & { read: (category: string) => Promise<object> }}
 */
export function clinicServer({ folder, holder, app, id, signer }) {
  const client = new GrantClient({ holder, clientId: id, clientName: "", redirectUri: "", signer });
  let handed;
  const read = async (category) => {
    const { delegation, chain } = handed;
    const page = await client.page(category, { grant: delegation, parents: chain, purpose: "medication-safety" });
    if (page.outcome === "permit") return { category, records: page.records };
    return { category, code: page.code, title: page.ja?.title ?? page.title };
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://clinic");
    if (pathname === "/api/open" && request.method === "POST") {
      try {
        handed = await taken(app, id, (await body(request))?.code);
      } catch {
        return plain(response, 400, "not handed over");
      }
      const seen = [];
      for (const category of handed.categories) seen.push(await read(category));
      return json(response, 200, seen);
    }
    await page(response, folder, pathname === "/" ? "clinic.html" : pathname, { "Content-Security-Policy": policy() });
  });
  return Object.assign(server, { read });
}

/** Says who we are at the place that the code names, and waits for what the person decides. */
async function taken(app, id, code) {
  const place = new URL(code);
  // Only the app's own places: a code may be anybody's drawing.
  const found = /^\/handover\/[0-9a-f]{16}$/.exec(place.pathname);
  if (place.origin !== app || found === null) throw new Error("no code of this app");
  const at = `${app}${place.pathname}`;
  const post = async (step, value) => {
    const answer = await fetch(`${at}/${step}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(value),
    });
    if (!answer.ok) throw new Error("the code was used, or is too old");
    return answer.json();
  };
  const { until } = await post("visit", { recipient: id });
  while (Date.now() / 1000 < until) {
    const { iv, sealed } = await post("take", {});
    if (sealed !== undefined) {
      const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
      const key = await crypto.subtle.importKey("raw", bytes(place.hash.slice(1)), "AES-GCM", false, ["decrypt"]);
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, key, bytes(sealed));
      return JSON.parse(new TextDecoder().decode(opened));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error("nothing was handed over");
}
