import { isConsentError } from "@phr-link/sdk";
import "@phr-link/sdk/elements/define";
import "./app.css";
import { h } from "./dom";
import { entry, newest, type Entry } from "./entry";
import { arrive, link, refresh, settings } from "./holder";
import { choose, language, t } from "./language";
import { read, records } from "./vault";
import type { Model, View } from "./view";
import { care } from "./views/care";
import { data } from "./views/data";
import { emergency } from "./views/emergency";
import { receipts } from "./views/receipts";
import { share } from "./views/share";
import { timeline } from "./views/timeline";
import { values } from "./views/values";

const VIEWS: readonly View[] = [timeline, values, care, share, receipts, emergency, data];
const BRAND = "見本けんこう手帳";

const root = document.getElementById("app")!;
const message = h("p", { id: "message", role: "status", "aria-live": "polite" });
const main = h("main", { id: "main", tabindex: -1 });
const top = h("header", { class: "top" });
root.append(h("a", { class: "skip", href: "#main" }, "本文へ"), top, main, message);

let entries: readonly Entry[] = [];
let hasEnded = false;
let isReading = false;

const current = (): View => VIEWS.find(({ path }) => path === location.hash.replace(/^#\/?/, "")) ?? timeline;

const model: Omit<Model, "link" | "asked" | "entries" | "hasEnded" | "isReading"> = { redraw, refresh: readAll, tell };

async function redraw(): Promise<void> {
  const linked = await read("link");
  entries = (await records()).map(entry).sort(newest);
  frame(linked !== undefined || entries.length > 0);
  if (linked === undefined && entries.length === 0 && current() !== data) return welcome();
  const state: Model = { ...model, link: linked, asked: (await read("asked")) ?? {}, entries, hasEnded, isReading };
  const nodes = await current().render(state);
  main.replaceChildren(...nodes);
  document.title = `${t(current().name)} | ${BRAND}`;
}

function frame(isIn: boolean): void {
  const change = () => {
    choose(language() === "ja" ? "en" : "ja");
    void redraw();
  };
  top.replaceChildren(
    h(
      "div",
      { class: "bar" },
      h("a", { class: "brand", href: "#/" }, BRAND),
      h(
        "button",
        { type: "button", id: "language", class: "small", lang: language() === "ja" ? "en" : "ja", onclick: change },
        language() === "ja" ? "English" : "日本語",
      ),
    ),
    ...(isIn
      ? [
          h(
            "nav",
            { "aria-label": t({ ja: "おもな画面", en: "Main screens" }) },
            h(
              "ul",
              {},
              ...VIEWS.map((view) =>
                h(
                  "li",
                  {},
                  h(
                    "a",
                    {
                      href: `#/${view.path}`,
                      "aria-current": view === current() ? "page" : false,
                    },
                    t(view.short),
                  ),
                ),
              ),
            ),
          ),
        ]
      : []),
  );
}

function welcome(): void {
  document.title = BRAND;
  main.replaceChildren(
    h("h1", {}, t({ ja: "あなたの健康の記録を、1つの手帳に", en: "Your health records in one place" })),
    h(
      "p",
      { class: "lead" },
      t({
        ja: "健診、検査、お薬、予防接種の記録をまとめて見られます。どの記録をこのアプリに渡すかは、次の画面であなたが決めます。",
        en: "Checkups, laboratory values, medicines and vaccinations together. You decide on the next screen which of them this app gets.",
      }),
    ),
    h(
      "ul",
      { class: "card stack dots" },
      h("li", {}, t({ ja: "記録は、この端末の中だけに残ります。", en: "Records stay on this device." })),
      h(
        "li",
        {},
        t({ ja: "いつでもやめられます。消すこともできます。", en: "You can stop at any time, and erase everything." }),
      ),
      h(
        "li",
        {},
        t({
          ja: "だれが見たかは、消えない記録に残ります。",
          en: "Who saw what is kept in receipts that cannot be changed.",
        }),
      ),
    ),
    h(
      "p",
      { class: "row" },
      h(
        "button",
        { type: "button", id: "link", onclick: () => void link().catch(fail) },
        t({ ja: "記録をつなぐ", en: "Link my records" }),
      ),
      h("a", { href: "#/data" }, t({ ja: "ほかのアプリのファイルを入れる", en: "Bring in a file of another app" })),
    ),
    h(
      "p",
      { class: "quiet" },
      t(
        {
          ja: "記録は {holder} にあります。出てくる人と記録は、すべて作りものです。",
          en: "The records are at {holder}. All people and records are invented.",
        },
        { holder: settings.holder },
      ),
    ),
  );
}

async function readAll(): Promise<void> {
  if ((await read("link")) === undefined || isReading) return;
  isReading = true;
  await redraw();
  try {
    hasEnded = !(await refresh(() => undefined));
  } catch (error) {
    fail(error);
  } finally {
    isReading = false;
  }
  await redraw();
}

function tell(words: string): void {
  message.textContent = words;
}

function fail(error: unknown): void {
  tell(
    isConsentError(error)
      ? `${error.say(language())} (${error.code})`
      : t({ ja: "うまくいきませんでした。", en: "That did not work." }),
  );
  if (!isConsentError(error)) throw error;
}

window.addEventListener("hashchange", () => {
  if (location.hash === "#main") return;
  tell("");
  void redraw().then(() => {
    main.focus();
    scrollTo(0, 0);
  });
});

if (location.pathname === "/callback") {
  const callback = new URL(location.href);
  // The code is of no more use to anyone who reads over a shoulder or in a history.
  history.replaceState(null, "", "/");
  if (callback.search !== "") await arrive(callback).catch(fail);
}
await redraw();
document.documentElement.dataset["ready"] = "yes";
await readAll();
document.documentElement.dataset["read"] = "yes";
