/* tslint:disable */
/* eslint-disable */

/**
 * Answers one call of the adapter protocol.
 *
 * The call is a plain object with `op`; the answer is one with `decision` and `code`.
 */
export function call(input: any): any;

/**
 * Answers one call given as text, with text.
 *
 * For callers that hold JSON already, such as the vectors.
 */
export function callText(input: string): string;

/**
 * Gives 32 random bytes for a key, or nothing where the platform has no generator.
 */
export function generateSeed(): Uint8Array;

/**
 * Gives the member `x` of the public key of a seed, or nothing if the seed has not 32 bytes.
 */
export function publicKey(seed: Uint8Array | number[]): string;

/**
 * Signs with a seed, the explicit fallback where WebCrypto has no Ed25519; 64 bytes, or nothing if
 * the seed has not 32.
 */
export function sign(seed: Uint8Array | number[], message: Uint8Array | number[]): Uint8Array;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly call: (a: any) => any;
    readonly callText: (a: number, b: number) => [number, number];
    readonly generateSeed: () => [number, number];
    readonly publicKey: (a: number, b: number) => [number, number];
    readonly sign: (a: number, b: number, c: number, d: number) => [number, number];
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
