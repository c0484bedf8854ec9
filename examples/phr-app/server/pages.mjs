// Files of a folder, under a policy; nothing outside it.
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

const KINDS = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

export function policy(...connect) {
  return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src ${["'self'", ...connect].join(" ")}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
}

export async function page(response, folder, path, headers) {
  const file = normalize(join(folder, path));
  const isInside = file.startsWith(`${normalize(folder)}${sep}`);
  const body = isInside ? await readFile(file).catch(() => undefined) : undefined;
  if (body === undefined) return plain(response, 404, "not found");
  response.writeHead(200, {
    ...headers,
    "Content-Type": KINDS[extname(file)] ?? "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  response.end(body);
}

export function json(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(value));
}

export function plain(response, status, text) {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(text);
}

/** A JSON body of at most 256 KiB; `undefined` where it is none. */
export async function body(request) {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 262_144) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
