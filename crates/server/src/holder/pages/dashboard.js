// What is shared with whom, who read what, and the way to stop it.
import { catalogue, inspect } from "/sdk/index.js";
import { data, element, japaneseTime } from "./words.js";

const screen = document.getElementById("screen");
const labels = new Map(catalogue().categories.map((category) => [category.code, category.ja]));
const states = { active: "渡しています", withdrawn: "やめました", superseded: "新しい同意に替わりました", expired: "期限が来ました" };
const events = { registration: "同意を登録しました", provision: "記録を渡しました", withdrawal: "同意をやめました" };
const name = (code) => labels.get(code) ?? code;

const time = (text) => japaneseTime(Date.parse(text) / 1000);

function card({ jti, state, recipient, expires_at, details, consent, receipts }) {
  const { act } = inspect(consent).claims;
  const codes = details.flatMap((detail) => detail.datatypes);
  const made = element("article", { "data-jti": jti, "data-state": state },
    element("h2", {}, recipient.name),
    element("p", {}, element("strong", {}, states[state] ?? state), `　${time(expires_at)} まで`),
    element("p", {}, codes.map(name).join("、")),
    element("details", {},
      element("summary", {}, "だれが、いつ、何を見ましたか"),
      element("ul", {}, ...receipts.map(({ claims: receipt }) =>
        element("li", {}, `${japaneseTime(receipt.at)}　${receipt.recipient.name}　${events[receipt.event] ?? receipt.event}　${receipt.items.map(name).join("、")}`)))));
  if (act) made.querySelector("p").append(`　${roles[act.role]}による同意`);
  if (state === "active" && is_own) {
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
  "agent-ended": () => "代理を終わらせました。",
  "agent-registered": () => "代理人を登録しました。",
  consent: (name) => `${name} に記録を渡す同意を登録しました。`,
  withdrawal: (name) => `${name} への同意をやめました。`,
  emergency: (name) => `緊急時閲覧: ${name} が、同意なしにあなたの記録を開きました。`,
};

function inbox(messages) {
  return element("section", { id: "messages" },
    element("h2", {}, "お知らせ"),
    element("ul", {}, ...messages.map(({ kind, at, name: who, recipient }) =>
      element("li", { "data-kind": kind }, `${time(at)}　${told[kind]?.(who ?? recipient) ?? kind}`))));
}

const wishes = {
  notify: "見てよい。すぐに知らせてほしい",
  allow: "見てよい。知らせるのはあとでよい",
  deny: "見せない",
};

const roles = { guardian: "法定代理人", proxy: "任意代理人" };
const bases = { "court-order": "裁判所の選任", "parental-authority": "親権", "power-of-attorney": "委任", "registered-agent": "代理人登録" };
const standings = { active: "代理できます", ended: "終わりました", suspended: "いまは代理できません" };

/** Who may act for the person, and the way to end it: one of them, or all. */
function agency(agents) {
  const status = element("p", { role: "status" });
  const live = agents.filter((agent) => agent.state !== "ended" && agent.role === "proxy");
  const end = (path, question, button) => {
    button.replaceWith(element("span", {}, question, " ",
      element("button", { class: "yes", onclick: () => send(path, status) }, "終わらせる"), " ",
      element("button", { onclick: () => location.reload() }, "続ける")));
  };
  const row = (agent) => {
    const words = element("span", { class: "grow" }, element("strong", {}, agent.name), `　${roles[agent.role]}（${bases[agent.basis]}）`,
      element("small", {}, `${standings[agent.state]}　${time(agent.until)} まで`));
    const item = element("li", { "data-agent": agent.id, "data-state": agent.state }, words);
    if (agent.state !== "ended" && agent.role === "guardian") {
      words.append(element("small", {}, "法定代理人は、窓口の手続きで終わります。"));
    } else if (agent.state !== "ended") {
      item.append(element("button", { onclick: (event) => end(`/agents/${agent.id}/end`, `${agent.name}さんの代理を終わらせますか。`, event.target) }, "終わらせる"));
    }
    return item;
  };
  const made = element("section", { id: "agents" },
    element("h2", {}, "代理人"),
    element("p", {}, agents.length ? "あなたに代わって手続きできる人です。終わらせても、相手には知らされません。" : "あなたの代理人はいません。"),
    element("ul", { class: "choices" }, ...agents.map(row)));
  if (live.length > 1) {
    made.append(element("p", {}, element("button", { id: "end-agents", onclick: (event) => end("/agents/end", "すべての代理を、いますぐ終わらせますか。", event.target) }, "すべての代理を終わらせる")));
  }
  made.append(appoint(status), status);
  return made;
}

/** Entrusting somebody: with the number by which the holder knows them, a paper and an end. */
function appoint(status) {
  const field = (name, words, type, attributes = {}) => element("p", {}, element("label", {}, words, element("br"), element("input", { name, type, required: true, ...attributes })));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const form = element("form", { onsubmit: (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    send("/agents", status, {
      agent: given.agent, role: "proxy", basis: "power-of-attorney", reference: given.reference,
      until: `${given.until}T00:00:00+09:00`, sees_dashboard: given.sees === "on",
    });
  } },
    field("agent", "代理人の利用者番号", "text"), field("reference", "委任状の番号", "text"), field("until", "いつまで（この日の前日まで）", "date", { min: tomorrow }),
    element("p", {}, element("label", {}, element("input", { type: "checkbox", name: "sees" }), " この画面も見せる")),
    element("button", {}, "代理人にする"));
  return element("details", { id: "appoint" }, element("summary", {}, "代理人を決める"), form);
}

/** Somebody for whom the person may act. */
function principal({ id, name: who, sees_dashboard }) {
  return element("section", { class: "principal" },
    element("h2", {}, `${who}さんの代理人です`),
    element("p", {}, "アプリから連携するときに、だれのための手続きかを選べます。"),
    ...(sees_dashboard ? [element("p", {}, element("a", { href: `/consents?for=${id}` }, `${who}さんが渡している記録を見る`))] : []));
}

async function send(path, status, body = {}) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (answer.ok) location.reload();
  else status.textContent = "できませんでした。もう一度サインインしてください。";
}

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

const { consents, messages, emergency_wish, agents, acts_for: principals, is_own } = data();
const shown = (...parts) => (is_own ? parts : []);
screen.append(...(consents.length ? consents.map(card) : [element("p", {}, "渡している記録はありません。")]),
  ...shown(...principals.map(principal), agency(agents), emergency(emergency_wish)), ...(messages.length ? [inbox(messages)] : []),
  ...shown(element("p", {}, element("a", { href: "/receipts/file", download: true }, "提供の記録をすべて保存する"), "（だれでも検証できる形のファイルです）")));
