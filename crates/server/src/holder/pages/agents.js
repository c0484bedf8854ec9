// Who may act for the person, for whom the person may act, and the way to end it: one of them, or all.
import { say } from "/sdk/index.js";
import { post } from "./page.js";
import { element, time } from "./person.js";

const words = {
  ja: {
    title: "代理人",
    some: "あなたに代わって手続きできる人です。終わらせても、相手には知らされません。",
    none: "あなたの代理人はいません。",
    guardian: "法定代理人",
    proxy: "任意代理人",
    active: "代理できます",
    ended: "終わりました",
    suspended: "いまは代理できません",
    until: (day) => `${day} まで`,
    byDesk: "法定代理人は、窓口の手続きで終わります。",
    end: "終わらせる",
    sure: (name) => `${name}さんの代理を終わらせますか。`,
    endAll: "すべての代理を終わらせる",
    sureAll: "すべての代理を、いますぐ終わらせますか。",
    keep: "続ける",
    appoint: "代理人を決める",
    agent: "代理人の利用者番号",
    reference: "委任状の番号",
    lastDay: "いつまで（この日の前日まで）",
    sees: " この画面も見せる",
    make: "代理人にする",
    acts: (name) => `${name}さんの代理人です`,
    actsText: "アプリから連携するときに、だれのための手続きかを選べます。",
    board: (name) => `${name}さんが渡している記録を見る`,
    failed: "できませんでした。もう一度サインインしてください。",
  },
  en: {
    title: "Agents",
    some: "They may act for you. If you end it, they are not told.",
    none: "Nobody may act for you.",
    guardian: "legal representative",
    proxy: "agent by your choice",
    active: "may act for you",
    ended: "ended",
    suspended: "may not act for you now",
    until: (day) => `until ${day}`,
    byDesk: "A legal representative is ended at the desk.",
    end: "End it",
    sure: (name) => `End the agency of ${name}?`,
    endAll: "End all agencies",
    sureAll: "End all agencies now?",
    keep: "Keep it",
    appoint: "Appoint an agent",
    agent: "Their user number",
    reference: "Number of the power of attorney",
    lastDay: "Until (the day before)",
    sees: " They may see this page, too",
    make: "Appoint",
    acts: (name) => `You may act for ${name}`,
    actsText: "When an app sends you here, you can choose for whom you act.",
    board: (name) => `See what ${name} shares`,
    failed: "That did not work. Please sign in again.",
  },
};

async function send(path, status, t, body = {}) {
  const done = await post(path, body).then(() => true, () => false);
  if (done) location.reload();
  else status.textContent = t.failed;
}

/** Who may act for the person, or might once. */
export function agency(agents, language) {
  const t = words[language];
  const status = element("p", { role: "status" });
  const live = agents.filter((agent) => agent.state !== "ended" && agent.role === "proxy");
  const end = (path, question, button) => {
    const yes = element("button", { class: "yes", onclick: () => send(path, status, t) }, t.end);
    button.replaceWith(element("p", {}, `${question} `, yes, " ", element("button", { onclick: () => location.reload() }, t.keep)));
    yes.focus();
  };
  const row = (agent) => {
    const text = element("span", { class: "grow" }, element("strong", {}, agent.name), `　${t[agent.role]}（${say("bases", agent.basis, language)}）`, element("small", {}, `${t[agent.state]}　${t.until(time(agent.until, language))}`));
    const item = element("li", { "data-agent": agent.id, "data-state": agent.state }, text);
    if (agent.state !== "ended" && agent.role === "guardian") text.append(element("small", {}, t.byDesk));
    else if (agent.state !== "ended") item.append(element("button", { onclick: (event) => end(`/agents/${agent.id}/end`, t.sure(agent.name), event.target) }, t.end));
    return item;
  };
  const made = element("section", { id: "agents" }, element("h2", {}, t.title), element("p", {}, agents.length ? t.some : t.none), element("ul", { class: "choices" }, ...agents.map(row)));
  if (live.length > 1) {
    made.append(element("p", {}, element("button", { id: "end-agents", onclick: (event) => end("/agents/end", t.sureAll, event.target) }, t.endAll)));
  }
  made.append(appoint(status, t), status);
  return made;
}

/** Entrusting somebody: with the number by which the holder knows them, a paper and an end. */
function appoint(status, t) {
  const field = (name, label, type, attributes = {}) => element("p", {}, element("label", {}, label, element("br"), element("input", { name, type, required: true, ...attributes })));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const submit = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const { agent, reference, until, sees } = given;
    send("/agents", status, t, { agent, role: "proxy", basis: "power-of-attorney", reference, until: `${until}T00:00:00+09:00`, sees_dashboard: sees === "on" });
  };
  const form = element("form", { onsubmit: submit },
    field("agent", t.agent, "text"), field("reference", t.reference, "text"), field("until", t.lastDay, "date", { min: tomorrow }),
    element("p", {}, element("label", {}, element("input", { type: "checkbox", name: "sees" }), t.sees)),
    element("button", {}, t.make));
  return element("details", { id: "appoint" }, element("summary", {}, t.appoint), form);
}

/** Somebody for whom the person may act. */
export function principal({ id, name, sees_dashboard: sees }, language) {
  const t = words[language];
  return element("section", { class: "principal" }, element("h2", {}, t.acts(name)), element("p", {}, t.actsText),
    ...(sees ? [element("p", {}, element("a", { href: `/consents?for=${id}` }, t.board(name)))] : []));
}
