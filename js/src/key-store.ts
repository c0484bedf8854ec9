/** A key as a {@link KeyStore} keeps it: the pair stays inside, only its public half can be read. */
export interface KeptKey {
  readonly name: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly pair: CryptoKeyPair;
  /** Set once another key has taken its place: seconds since 1970. */
  readonly replacedAt?: number;
}

/** Where a {@link Wallet} keeps its keys. `id` is the thumbprint of the key. */
export interface KeyStore {
  get(id: string): Promise<KeptKey | undefined>;
  put(id: string, key: KeptKey): Promise<void>;
  delete(id: string): Promise<void>;
  list(): Promise<readonly (readonly [id: string, key: KeptKey])[]>;
}

/**
 * Keys for as long as the page lives: for tests, and for pages that shall keep nothing.
 *
 * @example
 * const wallet = new Wallet(memoryKeys());
 * (await wallet.list()).length; // 0
 */
export function memoryKeys(): KeyStore {
  const keys = new Map<string, KeptKey>();
  return {
    get: async (id) => keys.get(id),
    put: async (id, key) => void keys.set(id, key),
    delete: async (id) => void keys.delete(id),
    list: async () => [...keys],
  };
}

/**
 * Keys in IndexedDB, which keeps a `CryptoKey` without ever seeing its secret.
 *
 * @param database a name for each origin and person who share a browser
 */
export function indexedDbKeys(database = "phr-link-keys"): KeyStore {
  const STORE = "keys";
  const run = <T>(mode: IDBTransactionMode, use: (keys: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const open = indexedDB.open(database, 1);
      open.onupgradeneeded = () => open.result.createObjectStore(STORE);
      open.onerror = () => reject(open.error);
      open.onsuccess = () => {
        const transaction = open.result.transaction(STORE, mode);
        const request = use(transaction.objectStore(STORE));
        // A key counts as kept once the transaction is done, not when the request is.
        transaction.oncomplete = () => {
          open.result.close();
          resolve(request.result);
        };
        transaction.onabort = () => {
          open.result.close();
          reject(transaction.error);
        };
      };
    });
  return {
    get: (id) => run("readonly", (keys) => keys.get(id) as IDBRequest<KeptKey | undefined>),
    put: async (id, key) => void (await run("readwrite", (keys) => keys.put(key, id))),
    delete: async (id) => void (await run("readwrite", (keys) => keys.delete(id))),
    async list() {
      const ids = await run("readonly", (keys) => keys.getAllKeys());
      const found = await Promise.all(ids.map(async (id) => [String(id), await this.get(String(id))] as const));
      return found.filter((entry): entry is readonly [string, KeptKey] => entry[1] !== undefined);
    },
  };
}
