// The consent screen. The key is made here, on the holder's origin, and cannot be read out; what is
// signed is the summary that is shown last.
import { buildConsent, catalogue, inspect, signToken, webCryptoSigner } from "/sdk/index.js";
import { data, element, ends, flags, japaneseTime, kept, purposes } from "./words.js";

const given = data();
const screen = document.getElementById("screen");
const labels = new Map(catalogue().categories.map((category) => [category.code, category]));

const roles = { guardian: "法定代理人", proxy: "任意代理人" };
const bases = { "court-order": "裁判所の選任", "parental-authority": "親権", "power-of-attorney": "委任", "registered-agent": "代理人登録" };
const whose = given.acting ? `${given.personName}さんの` : "あなたの";

const records = new Set();
const uses = new Set();

function toggle(set, key, text, note) {
  const state = element("span", { class: "state" }, "いいえ");
  const box = element("input", {
    type: "checkbox",
    name: key,
    onchange: () => {
      if (box.checked) set.add(key);
      else set.delete(key);
      state.textContent = box.checked ? "はい" : "いいえ";
    },
  });
  const words = element("span", { class: "grow" }, text);
  if (note) words.append(element("small", {}, note));
  return element("li", {}, element("label", {}, box, words, state));
}

function ask() {
  // Whoever comes back from the summary chooses again: what is not seen to be chosen is not given.
  records.clear();
  uses.clear();
  const { recipient, details } = given;
  const codes = [...new Set(details.flatMap((detail) => detail.datatypes))];
  const wanted = [...new Set(details.flatMap((detail) => detail.purposes))];
  const first = details[0];
  const sensitive = (code) => (labels.get(code)?.sensitivity === "S1" ? "" : "とくに大切な記録です。必要なときだけ選んでください。");
  screen.replaceChildren(
    element("h1", {}, `${recipient.name}に、${whose}記録を渡しますか`),
    ...(given.acting ? [element("section", { id: "acting" },
      element("h2", {}, "だれのための手続きですか"),
      element("p", {}, element("strong", {}, `${given.personName}さん`), `の${roles[given.acting.role]}として手続きします（${bases[given.acting.basis]}）。`),
      element("p", {}, "あなたの代理の根拠が同意に記録されます。本人が代理をやめると、この同意も終わります。"))] : []),
    element("section", {},
      element("h2", {}, "だれから求められていますか"),
      element("p", {}, element("strong", {}, recipient.name), `（${recipient["name#en"]}）`),
      element("p", {}, `${recipient.address}　代表 ${recipient.representative}　認証を受けた事業者として信頼リストに登録されています。`)),
    element("section", {},
      element("h2", {}, "どの記録ですか"),
      element("ul", { class: "choices" }, ...codes.map((code) => toggle(records, code, labels.get(code)?.ja ?? code, sensitive(code)))),
      element("p", {}, `${first.period.from ?? "はじめ"} から ${first.period.to ?? "今後"} までの記録`)),
    element("section", {},
      element("h2", {}, "何に使いますか"),
      element("ul", { class: "choices" }, ...wanted.map((purpose) => toggle(uses, purpose, purposes[purpose] ?? purpose)))),
    element("section", {},
      element("h2", {}, "いつまでですか"),
      element("p", {}, `${japaneseTime(given.expiresAt)} まで。いつでもやめられます。`)),
    element("section", {},
      element("h2", {}, "相手はどう扱いますか"),
      element("p", {}, `${kept(first.retention)}。${ends[first.on_end] ?? first.on_end}`),
      element("p", {}, first.onward.to.length === 0 && first.onward.roles.length === 0
        ? "ほかのところには渡しません。"
        : `あなたが選べば、次の相手にも渡せます: ${[...first.onward.to, ...first.onward.roles].join("、")}`),
      element("p", {}, first.exclude.length === 0 ? "除いてある記録はありません。" : `除いてある記録: ${first.exclude.map((flag) => flags[flag] ?? flag).join("、")}`)),
    element("section", {},
      element("h2", {}, "外国に渡りますか"),
      element("p", {}, "いいえ。日本の中だけです。")),
    element("section", {},
      element("h2", {}, "断るとどうなりますか"),
      element("p", {}, "断っても、診療や保険に不利なことはありません。")),
    element("details", {},
      element("summary", {}, "相手の説明文（相手が書いた言葉です）"),
      element("pre", {}, given.noticeText)),
    element("p", { id: "message", role: "status", "aria-live": "polite" }),
    element("div", { class: "answers" },
      element("button", { id: "all", onclick: () => review(codes, wanted) }, "すべて渡す"),
      element("button", { id: "chosen", onclick: () => review([...records], [...uses]) }, "選んだものだけ渡す"),
      element("button", { id: "refuse", onclick: refuse }, "渡さない")),
  );
}

/** The last look: exactly the text that is signed. */
async function review(codes, wanted) {
  if (codes.length === 0 || wanted.length === 0) {
    document.getElementById("message").textContent = "記録と使いみちを、それぞれ1つ以上選んでください。";
    return;
  }
  const details = given.details
    .map((detail) => ({
      ...detail,
      datatypes: detail.datatypes.filter((code) => codes.includes(code)),
      purposes: detail.purposes.filter((purpose) => wanted.includes(purpose)),
    }))
    .filter((detail) => detail.datatypes.length > 0 && detail.purposes.length > 0);
  const signer = await webCryptoSigner();
  const proof = await signer.sign(new TextEncoder().encode(`phr-link key for transaction ${given.txn}`));
  const { key_statement: keyStatement } = await post("/keys", { txn: given.txn, jwk: signer.jwk, signature: text(proof) });
  // Who acts, and by which title, is the holder's to say.
  const { sub, role, basis } = inspect(keyStatement).claims;
  const { claims, summary } = buildConsent({
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
    overseas: { transfer: false },
    basis: { law: "APPI", arts: ["20-2", "27-1"] },
    provisionMode: "operator-provision",
    withdrawUri: given.withdrawUri,
    control: "unticked-checkbox",
    language: "ja",
    expiresAt: given.expiresAt,
    jwk: signer.jwk,
  });
  const rows = summary.text.split("\n").map((line) => {
    const at = line.indexOf("：");
    return [element("dt", {}, line.slice(0, at)), element("dd", {}, line.slice(at + 1))];
  });
  screen.replaceChildren(
    element("h1", {}, "この内容に署名します"),
    element("dl", { id: "summary" }, ...rows.flat()),
    element("p", { class: "quiet" }, `この文章の番号: ${summary.s256}`),
    element("p", { id: "message", role: "status", "aria-live": "polite" }),
    element("div", { class: "answers" },
      element("button", { id: "sign", onclick: () => sign(claims, signer) }, "署名して渡す"),
      element("button", { id: "back", onclick: ask }, "もどる"),
      element("button", { id: "refuse", onclick: refuse }, "渡さない")),
  );
  window.scrollTo(0, 0);
}

async function sign(claims, signer) {
  const consent = await signToken("phr-consent+jwt", claims, signer);
  const { redirect } = await post("/consents", { txn: given.txn, consent });
  location.assign(redirect);
}

async function refuse() {
  const { redirect } = await post("/refuse", { txn: given.txn });
  location.assign(redirect);
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const value = await answer.json();
  if (answer.ok) return value;
  const message = document.getElementById("message");
  message.textContent = `${value.ja?.title ?? value.title}。${value.ja?.hint ?? value.hint}（${value.code}）`;
  throw new Error(value.code);
}

const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

ask();
