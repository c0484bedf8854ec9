// The consent screen. The request is judged here once more before anything of it is shown. The key is
// made here, on the holder's origin, and cannot be read out; what is signed is the summary shown last.
import { inspect, thumbprint, verifyConsentRequest, Wallet } from "/sdk/index.js";
import "/sdk/elements/define.js";
import { data, language, offerLanguages, post } from "./page.js";

const given = data();
const screen = document.getElementById("screen");
const wallet = new Wallet();

const { mark, overseas } = checked();

function checked() {
  const { request, holder, trust, status, pushedAt } = given;
  try {
    return verifyConsentRequest({ request, holder, trust, status, pushed_at: pushedAt });
  } catch (error) {
    screen.append(Object.assign(document.createElement("p"), { textContent: `${error.say?.(language()) ?? ""} (${error.code ?? "internal"})` }));
    throw error;
  }
}

/** The prepared consent that the person is reading. */
let prepared;

const card = document.createElement("phr-consent-card");
card.actions = {
  async prepare(details, language) {
    const signer = await wallet.signer(given.person);
    const proof = await signer.sign(new TextEncoder().encode(`phr-link key for transaction ${given.txn}`));
    const { key_statement: keyStatement } = await post("/keys", { txn: given.txn, jwk: signer.jwk, signature: text(proof) });
    // Who acts, and by which title, is the holder's to say.
    const { sub, role, basis } = inspect(keyStatement).claims;
    prepared = await wallet.consent(
      {
        holder: given.holder,
        person: given.person,
        transaction: { id: given.txn, openedAt: given.openedAt },
        request: given.request,
        keyStatement,
        ...(given.acting ? { actor: { sub, role, basis } } : {}),
        arrangementId: given.arrangementId,
        ...(given.live ? { supersedes: given.live } : {}),
        recipient: given.recipient,
        details,
        notice: given.notice,
        overseas: { transfer: overseas },
        basis: { law: "APPI", arts: ["20-2", "27-1"] },
        provisionMode: "operator-provision",
        withdrawUri: given.withdrawUri,
        control: "unticked-checkbox",
        language,
        expiresAt: given.expiresAt,
      },
      thumbprint(signer.jwk),
    );
    return prepared.summary;
  },
  async sign() {
    const { redirect } = await post("/consents", { txn: given.txn, consent: await prepared.sign() });
    location.assign(redirect);
  },
  async refuse() {
    const { redirect } = await post("/refuse", { txn: given.txn });
    location.assign(redirect);
  },
};
card.data = {
  recipient: given.recipient,
  mark,
  details: given.details,
  expiresAt: given.expiresAt,
  overseas: { transfer: overseas },
  notice: given.noticeText,
  refusal: {
    ja: ["この相手のサービスの一部が使えないことがあります。", "診療や保険には関係ありません。"],
    en: ["Some of their service may not work for you.", "Your treatment and your insurance are not affected."],
  },
  withdrawUri: given.withdrawUri,
  ...(given.acting ? { acting: { ...given.acting, person: given.personName } } : {}),
  ...(given.live ? { current: inspect(given.live).claims.authorization_details } : {}),
};
screen.append(card);
offerLanguages((language) => (card.lang = language));

const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
