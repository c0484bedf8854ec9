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

const cards = data();
screen.append(...(cards.length ? cards.map(card) : [element("p", {}, "渡している記録はありません。")]));
