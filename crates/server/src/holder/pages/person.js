// What the person was told, and what they wish for an emergency.
import { post } from "./page.js";

/** Makes an element; text is always text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A minute in Japan. */
export const time = (text, language) =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Tokyo" }).format(new Date(text));

const words = {
  ja: {
    messages: "お知らせ",
    "agent-ended": () => "代理を終わらせました。",
    "agent-registered": () => "代理人を登録しました。",
    consent: (name) => `${name} に記録を渡す同意を登録しました。`,
    withdrawal: (name) => `${name} への同意をやめました。`,
    emergency: (name) => `緊急時閲覧: ${name} が、同意なしにあなたの記録を開きました。`,
    wish: "救急や災害のとき",
    wishText: "あなたの同意を得られないとき、医療機関があなたの記録を見てよいかを決められます。",
    notify: "見てよい。すぐに知らせてほしい",
    allow: "見てよい。知らせるのはあとでよい",
    deny: "見せない",
    saved: "保存しました。",
    failed: "保存できませんでした。もう一度サインインしてください。",
  },
  en: {
    messages: "Messages",
    "agent-ended": () => "An agency was ended.",
    "agent-registered": () => "An agent was registered.",
    consent: (name) => `You agreed to share records with ${name}.`,
    withdrawal: (name) => `You stopped sharing with ${name}.`,
    emergency: (name) => `Emergency: ${name} opened your records without your consent.`,
    wish: "Emergencies and disasters",
    wishText: "You can decide whether a medical institution may see your records when you cannot be asked.",
    notify: "They may. Tell me at once",
    allow: "They may. It is enough to tell me later",
    deny: "They may not",
    saved: "Saved.",
    failed: "It could not be saved. Please sign in again.",
  },
};

/** What the person was told, the newest first. */
export function inbox(messages, language) {
  const t = words[language];
  const lines = messages.map(({ kind, at, name, recipient }) => element("li", { "data-kind": kind }, `${time(at, language)}　${t[kind]?.(name ?? recipient) ?? kind}`));
  return element("section", { id: "messages" }, element("h2", {}, t.messages), element("ul", {}, ...lines));
}

/** One setting, saved as it is chosen. */
export function wish(current, language) {
  const t = words[language];
  const status = element("p", { role: "status" });
  const save = async (value) => {
    const done = await post("/emergency-wish", { wish: value }).then(() => true, () => false);
    status.textContent = done ? t.saved : t.failed;
  };
  const choice = (value) => element("li", {}, element("label", {}, element("span", { class: "grow" }, t[value]), element("input", { type: "radio", name: "wish", value, checked: value === current, onchange: () => save(value) })));
  return element("section", { id: "emergency" }, element("h2", {}, t.wish), element("p", {}, t.wishText), element("ul", { class: "choices" }, ...["notify", "allow", "deny"].map(choice)), status);
}
