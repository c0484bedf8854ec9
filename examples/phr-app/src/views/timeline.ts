import { catalogue, categoryName } from "@phr-link/sdk";
import { h, type Content } from "../dom";
import { LANES, type Entry, type Lane } from "../entry";
import { day, era, language, t, yearOf } from "../language";
import { LANE_NAMES, lanes } from "../lanes";
import { goTo, windowed } from "../list";
import type { Model, View } from "../view";

const DAY_SECONDS = 86_400;
const SPANS = { life: undefined, ten: 3_653, one: 366 } as const;

let span: keyof typeof SPANS = "life";
let lane: Lane | "all" = "all";

/** The whole life in lanes, and every record by year. */
export const timeline: View = {
  path: "",
  name: { ja: "健康の履歴", en: "Your history" },
  short: { ja: "履歴", en: "History" },
  render(model) {
    const dated = model.entries.filter(({ at }) => !Number.isNaN(at));
    const now = Date.now() / 1000;
    const first = dated.at(-1)?.at ?? now;
    const from = SPANS[span] === undefined ? first : now - (SPANS[span] ?? 0) * DAY_SECONDS;
    const years = yearOf(now) - yearOf(first) + 1;
    return [
      h("h1", {}, t(timeline.name)),
      h(
        "p",
        { class: "lead" },
        dated.length === 0
          ? t({ ja: "記録はまだありません。", en: "There are no records yet." })
          : t(
              {
                ja: "{year}年（{era}）から今日までの、{years}年分です。",
                en: "{years} years, from {year} ({era}) until today.",
              },
              { year: yearOf(first), era: era(yearOf(first)), years },
            ),
      ),
      missing(model),
      dated.length > 0 &&
        h(
          "section",
          { class: "card stack", "aria-labelledby": "life" },
          h(
            "div",
            { class: "spread" },
            h("h2", { id: "life" }, t({ ja: "一生のようす", en: "Your whole life" })),
            choices(model),
          ),
          lanes(dated, from, Math.max(now, from + 1)),
          h(
            "p",
            { class: "quiet" },
            t({
              ja: "棒は病院や市から届いた記録、丸は自分で測った記録です。",
              en: "Bars came from institutions, rings were measured by you.",
            }),
          ),
        ),
      dated.length > 0 && list(model),
    ].filter((node): node is HTMLElement => node instanceof HTMLElement);
  },
};

function choices(model: Model): HTMLElement {
  const names = {
    life: { ja: "一生", en: "Life" },
    ten: { ja: "10年", en: "10 years" },
    one: { ja: "1年", en: "1 year" },
  } as const;
  const pick = (value: keyof typeof SPANS) =>
    h(
      "label",
      {},
      h("input", {
        type: "radio",
        name: "span",
        value,
        checked: span === value,
        onchange: () => {
          span = value;
          void model.redraw().then(() => document.querySelector<HTMLElement>(`[name=span][value=${value}]`)?.focus());
        },
      }),
      t(names[value]),
    );
  return h(
    "fieldset",
    { class: "pills" },
    h("legend", { class: "hidden" }, t({ ja: "表す期間", en: "Period shown" })),
    ...(["life", "ten", "one"] as const).map(pick),
  );
}

function list(model: Model): HTMLElement {
  const shown = model.entries.filter((entry) => lane === "all" || entry.lane === lane);
  const frame = windowed(
    shown.length,
    (index) => row(shown[index] as Entry, shown[index - 1]),
    t({ ja: "記録の一覧", en: "List of records" }),
  );
  const years = [...new Set(shown.filter(({ at }) => !Number.isNaN(at)).map(({ at }) => yearOf(at)))];
  const present = LANES.filter((one) => model.entries.some((entry) => entry.lane === one));
  const which = h(
    "select",
    {
      id: "lane",
      onchange: () => {
        lane = which.value as Lane | "all";
        void model.redraw().then(() => document.getElementById("lane")?.focus());
      },
    },
    h("option", { value: "all" }, t({ ja: "すべての記録", en: "All records" })),
    ...present.map((one) => h("option", { value: one, selected: lane === one }, t(LANE_NAMES[one]))),
  );
  const jump = h(
    "select",
    {
      id: "year",
      onchange: () =>
        goTo(
          frame,
          shown.findIndex(({ at }) => yearOf(at) === Number(jump.value)),
        ),
    },
    ...years.map((year) => h("option", { value: year }, language() === "ja" ? `${year}年（${era(year)}）` : `${year}`)),
  );
  return h(
    "section",
    { class: "stack", "aria-labelledby": "records" },
    h("h2", { id: "records" }, t({ ja: "記録（{count}件）", en: "Records ({count})" }, { count: shown.length })),
    h(
      "div",
      { class: "row no-print" },
      h("label", { for: "lane" }, t({ ja: "種類", en: "Kind" })),
      which,
      h("label", { for: "year" }, t({ ja: "年へ", en: "Go to" })),
      jump,
    ),
    frame,
  );
}

function row(entry: Entry, before: Entry | undefined): HTMLElement {
  const year = Number.isNaN(entry.at) ? undefined : yearOf(entry.at);
  const isFirst = before === undefined || Number.isNaN(before.at) || yearOf(before.at) !== year;
  const what: Content[] = [h("b", {}, entry.title ?? categoryName(entry.category, language()))];
  if (entry.value !== undefined)
    what.push(
      h("span", { class: entry.isOut === true ? "out" : "" }, `　${entry.isOut === true ? "▲ " : ""}${entry.value}`),
    );
  return h(
    "div",
    { class: "event", "data-category": entry.category },
    h(
      "div",
      { class: "year" },
      isFirst && year !== undefined ? h("strong", {}, `${year}`) : undefined,
      isFirst && year !== undefined ? h("small", {}, era(year)) : undefined,
    ),
    h(
      "div",
      {},
      h("p", { class: "clip" }, ...what),
      h(
        "p",
        { class: "quiet clip" },
        `${day(entry.date)}　${categoryName(entry.category, language())}${entry.source === undefined ? "" : `　${entry.source}`}`,
      ),
    ),
  );
}

/** Nothing is silent: what was not granted, what is not there, and what could not be read are different. */
function missing({ link, asked, hasEnded, isReading }: Model): HTMLElement | undefined {
  const lines: Content[] = [];
  if (hasEnded) {
    lines.push(
      h(
        "li",
        { class: "ended" },
        h("b", {}, t({ ja: "同意が終わりました。", en: "Your consent has ended. " })),
        t({
          ja: "新しい記録は届きません。下は、前に届いた記録です。",
          en: "Nothing new arrives. Below is what arrived before.",
        }),
      ),
    );
  }
  const state = new Map(Object.entries(asked));
  const names = (codes: readonly string[]) =>
    codes.map((code) => categoryName(code as never, language())).join(language() === "ja" ? "、" : ", ");
  const empty = [...state].filter(([, { result }]) => result === "empty").map(([code]) => code);
  if (empty.length > 0) lines.push(h("li", {}, t({ ja: "記録がないもの：", en: "No records: " }), names(empty)));
  const failed = [...state].filter(([, { result }]) => result !== "ok" && result !== "empty");
  for (const [code, { result }] of failed)
    lines.push(h("li", {}, t({ ja: "読めなかったもの：", en: "Could not be read: " }), names([code]), ` (${result})`));
  const granted = new Set((link?.details ?? []).flatMap(({ datatypes }) => datatypes as readonly string[]));
  const live = catalogue().categories.filter(
    ({ code, status }) => status !== "planned" && !granted.has(code) && !state.has(code),
  );
  if (link !== undefined && live.length > 0) {
    lines.push(
      h(
        "li",
        {},
        h(
          "details",
          {},
          h(
            "summary",
            {},
            t(
              { ja: "渡していない記録（{count}種類）", en: "Records you did not share ({count} kinds)" },
              { count: live.length },
            ),
          ),
          h("p", {}, names(live.map(({ code }) => code))),
        ),
      ),
    );
  }
  if (isReading) lines.unshift(h("li", {}, t({ ja: "記録を読んでいます…", en: "Reading your records…" })));
  return lines.length === 0 ? undefined : h("ul", { class: "notes" }, ...lines);
}
