// What is linked, what is kept, and what the person can do with it.
const { links, holder } = JSON.parse(document.getElementById("data").textContent);
const screen = document.getElementById("screen");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const status = element("p", { role: "status" });
const outcomes = { ok: "受け取りました", empty: "記録はありません", erased: "消去しました（受け取りません）" };

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) status.textContent = told.ja ? `${told.ja.title}。${told.ja.hint}。` : "できませんでした。";
  return answer.ok ? told : undefined;
}

async function link() {
  const started = await post("/link", { holder });
  if (started) location.assign(started.url);
}

async function erase(made) {
  made.replaceChildren(
    element("p", {}, "この事業者が持つあなたの記録をすべて消します。元には戻せません。"),
    element("div", { class: "answers" },
      element("button", { class: "yes", onclick: async () => {
        const done = await post("/erasure", {});
        if (done) location.reload();
      } }, "消去する"),
      element("button", { onclick: () => location.reload() }, "やめておく")));
}

function card({ holder: from, holder_name, is_active, categories }) {
  const rows = categories.map(({ category, name, outcome, count }) =>
    element("li", { "data-category": category }, `${name}　${count > 0 ? `${count}件` : (outcomes[outcome] ?? outcome)}`));
  return element("article", { "data-active": String(is_active) },
    element("h2", {}, holder_name || from),
    element("p", {}, element("strong", {}, is_active ? "連携しています" : "連携は終わりました")),
    element("details", {}, element("summary", {}, `受け取った情報（${categories.reduce((sum, one) => sum + one.count, 0)}件）`), element("ul", {}, ...rows)));
}

if (location.search === "?refused") status.textContent = "連携しませんでした。";
const erasing = element("div");
screen.append(status,
  ...(links.length ? links.map(card) : [element("p", {}, "まだ連携していません。")]),
  element("div", { class: "answers" },
    element("button", { id: "link", onclick: link }, links.some(({ is_active }) => is_active) ? "渡す記録を選びなおす" : "記録を受け取る（連携する）"),
    element("button", { id: "erase", onclick: () => erase(erasing) }, "消去する")),
  erasing,
  element("p", {}, element("a", { href: "/export", download: "phr-export.json" }, "すべて書き出す"), "　", element("a", { href: "/receipts" }, "授受の記録"), "　", element("a", { href: `${holder}/consents` }, "同意をやめる（情報保有者の画面）")));
