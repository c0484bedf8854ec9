/** What answers calls: the seam between this package and whatever the core was compiled to. */
export interface Engine {
  call(input: Readonly<Record<string, unknown>>): unknown;
  generateSeed(): Uint8Array;
  publicKey(seed: Uint8Array): string;
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
}
