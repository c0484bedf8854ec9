// What is shared with whom, who read what, and the way to stop it.
import { catalogue } from "/sdk/index.js";
import { data, element, japaneseTime } from "./words.js";

const screen = document.getElementById("screen");
const labels = new Map(catalogue().categories.map((category) => [category.code, category.ja]));
const states = { active: "渡しています", withdrawn: "やめました", superseded: "新しい同意に替わりました", expired: "期限が来ました" };
const events = { registration: "同意を登録しました", provision: "記録を渡しました", withdrawal: "同意をやめました" };
const name = (code) => labels.get(code) ?? code;

function card({ jti, state, name: recipient, exp, consent, receipts }) {
  const codes = consent.authorization_details.flatMap((detail) => detail.datatypes);
  const made = element("article", { "data-jti": jti, "data-state": state },
    element("h2", {}, recipient ?? consent.recipient.name),
    element("p", {}, element("strong", {}, states[state] ?? state), `　${japaneseTime(exp)} まで`),
    element("p", {}, codes.map(name).join("、")),
    element("details", {},
      element("summary", {}, "だれが、いつ、何を見ましたか"),
      element("ul", {}, ...receipts.map((receipt) =>
        element("li", {}, `${japaneseTime(receipt.at)}　${receipt.recipient.name}　${events[receipt.event] ?? receipt.event}　${receipt.items.map(name).join("、")}`)))));
  if (state === "active") {
    made.append(element("button", { class: "withdraw", onclick: () => confirm(made, jti) }, "やめる"));
  }
  return made;
}

function confirm(made, jti) {
  made.querySelector(".withdraw").remove();
  made.append(element("p", {}, "この共有をやめますか。相手は、すぐに記録を見られなくなります。"),
    element("div", { class: "answers" },
      element("button", { class: "yes", onclick: () => withdraw(jti) }, "やめる"),
      element("button", { onclick: () => location.reload() }, "続ける")));
}

async function withdraw(jti) {
  const answer = await fetch(`/consents/${jti}/withdraw`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  if (answer.ok) location.reload();
}

const told = {
  consent: (name) => `${name} に記録を渡す同意を登録しました。`,
  withdrawal: (name) => `${name} への同意をやめました。`,
  emergency: (name) => `緊急時閲覧: ${name} が、同意なしにあなたの記録を開きました。`,
};

function inbox(messages) {
  return element("section", { id: "messages" },
    element("h2", {}, "お知らせ"),
    element("ul", {}, ...messages.map(({ kind, at, name: who, recipient }) =>
      element("li", { "data-kind": kind }, `${japaneseTime(at)}　${told[kind]?.(who ?? recipient) ?? kind}`))));
}

const wishes = {
  notify: "見てよい。すぐに知らせてほしい",
  allow: "見てよい。知らせるのはあとでよい",
  deny: "見せない",
};

/** One setting, saved as it is chosen. */
function emergency(wish) {
  const status = element("p", { role: "status" });
  const choice = ([value, words]) => element("li", {}, element("label", {},
    element("span", { class: "grow" }, words),
    element("input", { type: "radio", name: "wish", value, checked: value === wish, onchange: () => save(value, status) })));
  return element("section", { id: "emergency" },
    element("h2", {}, "救急や災害のとき"),
    element("p", {}, "あなたの同意を得られないとき、医療機関があなたの記録を見てよいかを決められます。"),
    element("ul", { class: "choices" }, ...Object.entries(wishes).map(choice)), status);
}

async function save(wish, status) {
  const answer = await fetch("/emergency-wish", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ wish }) });
  status.textContent = answer.ok ? "保存しました。" : "保存できませんでした。もう一度サインインしてください。";
}

const { consents, messages, emergency_wish } = data();
screen.append(...(consents.length ? consents.map(card) : [element("p", {}, "渡している記録はありません。")]),
  emergency(emergency_wish), ...(messages.length ? [inbox(messages)] : []),
  element("p", {}, element("a", { href: "/receipts/file", download: true }, "提供の記録をすべて保存する"), "（だれでも検証できる形のファイルです）"));
