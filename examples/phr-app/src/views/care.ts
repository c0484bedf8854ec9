import { h } from "../dom";
import type { Entry } from "../entry";
import { day, era, t, yearOf } from "../language";
import type { View } from "../view";

const RECENT_SECONDS = 180 * 86_400;
const VACCINES = ["routine-vaccination-a", "routine-vaccination-b", "covid19-vaccination"];

/** Medicines, vaccinations, allergies. */
export const care: View = {
  path: "care",
  name: { ja: "お薬・予防接種・アレルギー", en: "Medicines, vaccinations, allergies" },
  short: { ja: "お薬", en: "Care" },
  render({ entries }) {
    const medicines = new Map<string, Entry[]>();
    for (const entry of entries.filter(({ lane }) => lane === "medicine")) {
      medicines.set(entry.title ?? "", [...(medicines.get(entry.title ?? "") ?? []), entry]);
    }
    const recent = (all: readonly Entry[]) => (all[0]?.at ?? 0) > Date.now() / 1000 - RECENT_SECONDS;
    const now = [...medicines].filter(([, all]) => recent(all));
    const before = [...medicines].filter(([, all]) => !recent(all));
    const medicine = ([name, all]: readonly [string, readonly Entry[]]) =>
      h(
        "li",
        {},
        h("b", {}, name),
        h("p", {}, all[0]?.value),
        h(
          "p",
          { class: "quiet" },
          t(
            {
              ja: "いちばん新しい記録：{day}（{source}）　はじめの記録：{first}",
              en: "Latest: {day} ({source}). First: {first}",
            },
            { day: day(all[0]?.date), source: all[0]?.source ?? "–", first: day(all.at(-1)?.date) },
          ),
        ),
      );
    const allergies = entries.filter(({ category }) => category === "allergy");
    const vaccines = entries.filter(({ category }) => VACCINES.includes(category));
    const none = h(
      "p",
      { class: "quiet" },
      t({ ja: "届いた記録にはありません。", en: "There are none among the records that arrived." }),
    );
    return [
      h("h1", {}, t(care.name)),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "アレルギー", en: "Allergies" })),
        allergies.length === 0 ? none.cloneNode(true) : h("ul", { class: "rows" }, ...allergies.map(allergy)),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "この半年のお薬", en: "Medicines of the last half year" })),
        now.length === 0 ? none.cloneNode(true) : h("ul", { class: "rows" }, ...now.map(medicine)),
        before.length > 0 &&
          h(
            "details",
            {},
            h("summary", {}, t({ ja: "前に使った薬", en: "Earlier medicines" })),
            h("ul", { class: "rows" }, ...before.map(medicine)),
          ),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "予防接種", en: "Vaccinations" })),
        vaccines.length === 0
          ? none
          : h(
              "table",
              {},
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  h("th", { scope: "col" }, t({ ja: "受けた日", en: "Day" })),
                  h("th", { scope: "col" }, t({ ja: "ワクチン", en: "Vaccine" })),
                ),
              ),
              h(
                "tbody",
                {},
                ...vaccines.map((entry) =>
                  h(
                    "tr",
                    {},
                    h(
                      "td",
                      {},
                      day(entry.date),
                      h("small", {}, Number.isNaN(entry.at) ? "" : ` ${era(yearOf(entry.at))}`),
                    ),
                    h("th", { scope: "row" }, entry.title),
                  ),
                ),
              ),
            ),
      ),
    ];
  },
};

/** An allergy with what it does; how bad it was is a word, not a colour. */
export function allergy({ title, date, resource }: Entry): HTMLElement {
  const { criticality, reaction } = resource as {
    criticality?: string;
    reaction?: { manifestation?: { text?: string }[] }[];
  };
  const signs = (reaction ?? []).flatMap(({ manifestation }) => (manifestation ?? []).map(({ text }) => text));
  return h(
    "li",
    {},
    h("b", {}, title),
    criticality === "high" &&
      h("strong", { class: "out" }, t({ ja: "　▲ 命にかかわることがあります", en: " ▲ may be life-threatening" })),
    signs.length > 0 && h("p", {}, signs.join("、")),
    h("p", { class: "quiet" }, day(date)),
  );
}
