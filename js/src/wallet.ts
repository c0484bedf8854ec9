import { nowInSeconds } from "./bytes.js";
import { buildConsent, buildWithdrawal, type ConsentInput, type Summary } from "./consent.js";
import type { Consent } from "./claims.js";
import { ConsentError } from "./error.js";
import { indexedDbKeys, type KeptKey, type KeyStore } from "./key-store.js";
import { signToken, webCryptoSigner, type Signer } from "./signer.js";
import { thumbprint } from "./verify.js";

/** A key as its owner sees it. */
export interface WalletKey {
  /** The RFC 7638 thumbprint. */
  readonly id: string;
  readonly name: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  /** Whether it signs what is signed next; a replaced key only ends what it began. */
  readonly isCurrent: boolean;
}

/** A consent that is ready to be read and signed. */
export interface PreparedConsent {
  readonly claims: Consent;
  /** What the person has to see; its hash is in the claims. */
  readonly summary: Summary;
  /** Signs exactly these claims. */
  sign(): Promise<string>;
}

/**
 * The keys of one person in one browser. Their secrets cannot be read out, not even by this page, and
 * what is lost with the device is only the keys: consents are ended at the holder, without them.
 *
 * @example
 * const wallet = new Wallet(memoryKeys());
 * const signer = await wallet.signer("proof");
 */
export class Wallet {
  readonly #keys: KeyStore;

  /** @param keys where keys are kept; IndexedDB of this origin if absent */
  constructor(keys: KeyStore = indexedDbKeys()) {
    this.#keys = keys;
  }

  /** All keys, the newest first, with those that were replaced. */
  async list(): Promise<readonly WalletKey[]> {
    const found = await this.#keys.list();
    return found
      .map(([id, key]) => ({
        id,
        name: key.name,
        createdAt: key.createdAt,
        isCurrent: key.replacedAt === undefined,
      }))
      .sort((one, other) => other.createdAt - one.createdAt);
  }

  /** The current key of a name; it is made on the first call. */
  async signer(name: string): Promise<Signer> {
    const current = (await this.#named(name)).find(([, key]) => key.replacedAt === undefined);
    return current === undefined ? this.create(name) : webCryptoSigner(current[1].pair);
  }

  /** A key by its thumbprint, also one that was replaced. */
  async find(id: string): Promise<Signer | undefined> {
    const key = await this.#keys.get(id);
    return key === undefined ? undefined : webCryptoSigner(key.pair);
  }

  /**
   * Makes a key under a name that has none.
   *
   * @throws ConsentError `wallet.key-exists` if the name has one: {@link Wallet.rotate} replaces it
   */
  async create(name: string): Promise<Signer> {
    const known = await this.#named(name);
    if (known.some(([, key]) => key.replacedAt === undefined)) {
      throw new ConsentError("wallet.key-exists", "the name has a key", "/name", "use `rotate` to replace it");
    }
    return this.#make(name);
  }

  /** Replaces the key of a name. The old one stays, to end what it signed, until {@link Wallet.forget}. */
  async rotate(name: string): Promise<Signer> {
    const old = (await this.#named(name)).filter(([, key]) => key.replacedAt === undefined);
    // The new key is there before the old one is marked: a page that is closed in between loses none.
    const made = await this.#make(name);
    for (const [id, key] of old) await this.#keys.put(id, { ...key, replacedAt: nowInSeconds() });
    return made;
  }

  /** Forgets a key for good. What it signed stays valid: end that at the holder. */
  async forget(id: string): Promise<void> {
    await this.#keys.delete(id);
  }

  /**
   * Forgets every key: for a device that is given away. For a device that is lost, sign in at the holder
   * from another one and withdraw there; the consents need no key to be ended.
   */
  async clear(): Promise<void> {
    for (const [id] of await this.#keys.list()) await this.#keys.delete(id);
  }

  /**
   * Makes the claims of a consent under one of the keys, with the summary that has to be shown.
   *
   * @param input all that {@link buildConsent} needs but the key
   * @param key the thumbprint of the key that the key statement names
   * @throws ConsentError `wallet.key-missing` if the wallet has no such key
   */
  async consent(input: Omit<ConsentInput, "jwk">, key: string): Promise<PreparedConsent> {
    const signer = await this.#need(key);
    const { claims, summary } = buildConsent({ ...input, jwk: signer.jwk });
    return { claims, summary, sign: () => signToken("phr-consent+jwt", claims, signer) };
  }

  /**
   * Signs the withdrawal of a consent with the key that signed it, or with one that the holder stated
   * for the same person.
   *
   * @throws ConsentError `wallet.key-missing` if the wallet has no such key: withdraw at the holder's page
   */
  async withdraw(input: Parameters<typeof buildWithdrawal>[0], key: string): Promise<string> {
    return buildWithdrawal(input, await this.#need(key));
  }

  async #named(name: string): Promise<readonly (readonly [string, KeptKey])[]> {
    return (await this.#keys.list()).filter(([, key]) => key.name === name);
  }

  async #make(name: string): Promise<Signer> {
    const signer = await webCryptoSigner();
    await this.#keys.put(thumbprint(signer.jwk), { name, createdAt: nowInSeconds(), pair: signer.pair });
    return signer;
  }

  async #need(id: string): Promise<Signer> {
    const found = await this.find(id);
    if (found !== undefined) return found;
    throw new ConsentError(
      "wallet.key-missing",
      "the wallet has no such key",
      undefined,
      "sign in at the holder and decide there",
    );
  }
}
