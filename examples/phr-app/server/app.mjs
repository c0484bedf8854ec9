// What serves the app: its files, its settings, and the places of hand-overs. It sees no record and no token.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { body, json, page, plain, policy } from "./pages.mjs";

const MAX_PLACES = 1_000;
const MAX_SECONDS = 900;

/**
 * @param {{ folder: string, settings: { holder: string } }} options `folder`: what Vite built
 * @returns {import("node:http").Server}
 */
export function appServer({ folder, settings }) {
  const places = new Map();
  const headers = { "Content-Security-Policy": policy(settings.holder) };
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://app");
    if (pathname === "/settings.json") return json(response, 200, settings);
    if (pathname === "/handover" || pathname.startsWith("/handover/"))
      return handover(places, request, response, pathname);
    await page(response, folder, ["/", "/callback"].includes(pathname) ? "index.html" : pathname, headers);
  });
}

/**
 * A place that works once: the person opens it, the institution says who it is, the person puts something
 * encrypted there, the institution takes it. Whoever knows its name can do each step one time.
 */
async function handover(places, request, response, pathname) {
  const now = Math.floor(Date.now() / 1000);
  for (const [id, { until }] of places) if (until <= now) places.delete(id);
  const [, , id, step] = pathname.split("/");
  if (id === undefined && request.method === "POST") {
    const seconds = Number((await body(request))?.seconds);
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) return plain(response, 400, "seconds");
    if (places.size >= MAX_PLACES) return plain(response, 503, "full");
    const made = randomBytes(8).toString("hex");
    places.set(made, { until: now + seconds });
    return json(response, 201, { id: made, until: now + seconds });
  }
  const place = places.get(id);
  if (place === undefined) return plain(response, 404, "not found");
  if (request.method === "GET" && step === undefined) return json(response, 200, { recipient: place.recipient });
  if (request.method !== "POST") return plain(response, 405, "method");
  const given = await body(request);
  if (step === "visit") {
    if (place.recipient !== undefined || typeof given?.recipient !== "string") return plain(response, 409, "taken");
    place.recipient = given.recipient;
    return json(response, 200, { until: place.until });
  }
  if (step === "give") {
    if (place.sealed !== undefined || typeof given?.sealed !== "string") return plain(response, 409, "taken");
    Object.assign(place, { sealed: given.sealed, iv: given.iv });
    return json(response, 200, {});
  }
  if (step === "take") {
    if (place.sealed === undefined) return json(response, 200, {});
    places.delete(id);
    return json(response, 200, { iv: place.iv, sealed: place.sealed });
  }
  plain(response, 404, "not found");
}
