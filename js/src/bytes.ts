/** base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * 128 random bits in 22 characters: a `jti`, a `state`, a `nonce`.
 *
 * @example
 * randomId().length; // 22
 */
export function randomId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** The time in whole seconds. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
