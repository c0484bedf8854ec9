import { h } from "../dom";
import type { Entry } from "../entry";
import { t } from "../language";
import { plot } from "../plot";
import type { View } from "../view";

let chosen = "";

/** Values over time: one series for each name, unit and source; different methods are never joined. */
export const values: View = {
  path: "values",
  name: { ja: "検査と健診の数値", en: "Values" },
  short: { ja: "数値", en: "Values" },
  render(model) {
    const series = new Map<string, Entry[]>();
    for (const entry of model.entries) {
      if (entry.resource.resourceType !== "Observation" || Number.isNaN(entry.at)) continue;
      const unit = (entry.resource as { valueQuantity?: { value?: number; unit?: string } }).valueQuantity;
      if (unit?.value === undefined) continue;
      const key = `${entry.title}｜${unit.unit ?? ""}｜${entry.source ?? ""}`;
      const known = series.get(key);
      if (known === undefined) series.set(key, [entry]);
      else known.push(entry);
    }
    const keys = [...series.keys()];
    if (!series.has(chosen)) chosen = keys[0] ?? "";
    const which = h(
      "select",
      {
        id: "series",
        onchange: () => {
          chosen = which.value;
          void model.redraw().then(() => document.getElementById("series")?.focus());
        },
      },
      ...keys.map((key) => {
        const [name, , source] = key.split("｜");
        return h(
          "option",
          { value: key, selected: key === chosen },
          `${name}（${source}、${series.get(key)?.length}）`,
        );
      }),
    );
    const picked = series.get(chosen);
    return [
      h("h1", {}, t(values.name)),
      h(
        "p",
        { class: "lead" },
        t({
          ja: "数値を、測ったところの基準の範囲とならべて見ます。よい、悪いは書きません。気になるときは、医師に聞いてください。",
          en: "Values beside the range of whoever measured them. This page does not judge them; ask your doctor.",
        }),
      ),
      picked === undefined
        ? h("p", {}, t({ ja: "数値の記録はまだありません。", en: "There are no values yet." }))
        : h(
            "div",
            { class: "stack" },
            h("p", { class: "row no-print" }, h("label", { for: "series" }, t({ ja: "見る数値", en: "Value" })), which),
            plot(picked[0]?.title ?? "", picked),
          ),
    ];
  },
};
