import { expect, test } from "vitest";
import {
  memoryKeys,
  s256,
  strictest,
  thumbprint,
  tryVerify,
  Wallet,
  type ConsentInput,
  type KeyStore,
} from "../dist/index.js";

const now = Math.floor(Date.now() / 1000);
const input: Omit<ConsentInput, "jwk"> = {
  holder: "https://holder.example",
  person: "person-1",
  transaction: { id: "txn-1", openedAt: now },
  request: "a.b.c",
  keyStatement: "d.e.f",
  arrangementId: "arrangement-1",
  recipient: {
    id: "https://app.example",
    jkt: s256("key"),
    name: "見本アプリ",
    "name#en": "Sample app",
    address: "東京都千代田区1-1",
    representative: "見本 太郎",
    country: "JP",
    role: "operator",
  },
  details: [strictest(["allergy"], ["self-view"])],
  notice: { id: "notice", ver: "1", uri: "https://app.example/notice", lang: "ja", s256: s256("notice") },
  overseas: { transfer: false },
  basis: { law: "APPI", arts: ["20-2", "27-1"] },
  provisionMode: "operator-provision",
  withdrawUri: "https://holder.example/consents",
  control: "unticked-checkbox",
  language: "ja",
  expiresAt: now + 86_400,
};

test("a name has one current key; the secret cannot be read out", async () => {
  const keys = memoryKeys();
  const first = await new Wallet(keys).signer("proof");
  expect(await new Wallet(keys).signer("proof")).toMatchObject({ jwk: first.jwk });
  expect((await new Wallet(keys).signer("other")).jwk).not.toEqual(first.jwk);
  await expect(new Wallet(keys).create("proof")).rejects.toMatchObject({ code: "wallet.key-exists" });
  for (const [, key] of await keys.list()) {
    expect(key.pair.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", key.pair.privateKey)).rejects.toThrow();
  }
});

test("a replaced key signs no more by its name, and still ends what it began", async () => {
  const wallet = new Wallet(memoryKeys());
  const { jwk } = await wallet.signer("consents");
  const old = thumbprint(jwk);
  const next = thumbprint((await wallet.rotate("consents")).jwk);
  expect(thumbprint((await wallet.signer("consents")).jwk)).toBe(next);
  expect((await wallet.list()).filter(({ isCurrent }) => isCurrent)).toMatchObject([{ id: next }]);
  const withdrawal = {
    holder: input.holder,
    person: "person-1",
    keyStatement: "d.e.f",
    consentId: "A".repeat(22),
    arrangementId: "arrangement-1",
    erase: true,
  };
  const token = await wallet.withdraw(withdrawal, old);
  expect(tryVerify(token, { kind: "phr-withdrawal+jwt", jwks: { keys: [jwk] } })).toMatchObject({
    ok: true,
    claims: { erase: true, iss: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${old}` },
  });
  await wallet.forget(old);
  await expect(wallet.withdraw(withdrawal, old)).rejects.toMatchObject({ code: "wallet.key-missing" });
  await wallet.clear();
  expect(await wallet.list()).toEqual([]);
});

test("a rotation that is cut short loses no key", async () => {
  const keys = memoryKeys();
  await new Wallet(keys).signer("proof");
  const broken: KeyStore = { ...keys, put: () => Promise.reject(new Error("the disk is full")) };
  await expect(new Wallet(broken).rotate("proof")).rejects.toThrow("full");
  expect((await new Wallet(keys).list()).filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
});

test("what is signed is what was shown", async () => {
  const wallet = new Wallet(memoryKeys());
  const { jwk } = await wallet.signer("person-1");
  const key = thumbprint(jwk);
  const { summary, claims, sign } = await wallet.consent(input, key);
  expect(summary.text).toContain("アレルギー情報");
  expect(claims.display.s256).toBe(summary.s256);
  expect(s256(summary.text)).toBe(summary.s256);
  expect(tryVerify(await sign(), { kind: "phr-consent+jwt", jwks: { keys: [jwk] } })).toMatchObject({
    ok: true,
    claims,
  });
  await expect(wallet.consent(input, s256("another"))).rejects.toMatchObject({ code: "wallet.key-missing" });
});
