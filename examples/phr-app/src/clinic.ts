// The other side of a hand-over: what the desk of a clinic sees.
import {
  categoryName,
  isConsentError,
  recordDate,
  recordTitle,
  type CategoryCode,
  type FhirResource,
} from "@phr-link/sdk";
import "./app.css";
import { h } from "./dom";
import { day } from "./language";

interface Seen {
  readonly category: CategoryCode;
  readonly records?: readonly FhirResource[];
  readonly code?: string;
  readonly title?: string;
}

const root = document.getElementById("app")!;
const field = h("input", {
  id: "code",
  type: "text",
  autocomplete: "off",
  value: decodeURIComponent(location.hash.slice(1)),
});
const state = h("p", { role: "status", id: "state" });
const shown = h("div", { class: "stack", id: "shown" });
const open = h("button", { id: "open" }, "開く");
root.append(
  h("header", { class: "top" }, h("div", { class: "bar" }, h("span", { class: "brand" }, "見本クリニック　受付"))),
  h(
    "main",
    {},
    h("h1", {}, "患者さんの画面のコードを読みます"),
    h(
      "form",
      { class: "card stack", onsubmit: (event) => (event.preventDefault(), void read()) },
      h("label", { for: "code" }, "読み取ったコード"),
      field,
      open,
    ),
    state,
    shown,
  ),
);

async function post(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function read(): Promise<void> {
  state.textContent = "患者さんの答えを待っています。";
  try {
    const seen = (await post("/api/open", { code: field.value })) as readonly Seen[];
    state.textContent = "見せてもらえました。保存はできません。";
    shown.replaceChildren(...seen.map(section));
  } catch (error) {
    state.textContent = isConsentError(error) ? error.say("ja") : "見せてもらえませんでした。";
  }
}

function section({ category, records, code, title }: Seen): HTMLElement {
  return h(
    "section",
    { class: "card stack", "data-category": category, "data-kind": records === undefined ? "deny" : "permit" },
    h("h2", {}, categoryName(category, "ja")),
    records === undefined
      ? h("p", {}, `見られません：${title ?? ""} (${code ?? ""})`)
      : h(
          "ul",
          { class: "rows" },
          ...records.map((record) =>
            h("li", {}, h("b", {}, recordTitle(record) ?? record.resourceType), `　${day(recordDate(record))}`),
          ),
        ),
  );
}

document.documentElement.dataset["ready"] = "yes";
