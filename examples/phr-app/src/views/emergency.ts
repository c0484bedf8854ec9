import { h } from "../dom";
import { settings } from "../holder";
import { t } from "../language";
import { read, write, type Card } from "../vault";
import type { View } from "../view";
import { allergy } from "./care";

const BLANK: Card = { name: "", birth: "", blood: "", contact: "" };
const RECENT_SECONDS = 180 * 86_400;

/** A card for an emergency: it is printed alone, and works without a connection. */
export const emergency: View = {
  path: "emergency",
  name: { ja: "緊急のとき", en: "Emergency" },
  short: { ja: "緊急", en: "SOS" },
  async render(model) {
    const card = (await read("card")) ?? BLANK;
    const medicines = new Map(
      model.entries
        .filter(({ lane, at }) => lane === "medicine" && at > Date.now() / 1000 - RECENT_SECONDS)
        .map((entry) => [entry.title, entry]),
    );
    const allergies = model.entries.filter(({ category }) => category === "allergy");
    const conditions = model.entries.filter(({ category }) => category === "disclosed-diagnosis");
    const blank = t({ ja: "（まだ書いてありません）", en: "(not filled in)" });
    const field = (name: keyof Card, words: string, type = "text") =>
      h(
        "p",
        {},
        h("label", { for: `card-${name}` }, words),
        h("input", { id: `card-${name}`, name, type, value: card[name], autocomplete: "off" }),
      );
    const form = h(
      "form",
      {
        class: "stack",
        onsubmit: (event) => {
          event.preventDefault();
          const given = Object.fromEntries(new FormData(form)) as unknown as Card;
          void write("card", given)
            .then(() => model.redraw())
            .then(() => model.tell(t({ ja: "保存しました。", en: "Saved." })));
        },
      },
      field("name", t({ ja: "名前", en: "Name" })),
      field("birth", t({ ja: "生年月日", en: "Date of birth" }), "date"),
      field("blood", t({ ja: "血液型", en: "Blood type" })),
      field("contact", t({ ja: "連絡してほしい人と電話番号", en: "Whom to call, with the number" })),
      h("button", {}, t({ ja: "保存する", en: "Save" })),
    );
    return [
      h("h1", {}, t(emergency.name)),
      h(
        "p",
        { class: "lead no-print" },
        t({
          ja: "このカードは、通信がなくても見られます。印刷して財布に入れておけます。",
          en: "This card works without a connection. Print it and keep it in your wallet.",
        }),
      ),
      h(
        "article",
        { class: "ecard", "aria-labelledby": "ecard" },
        h("header", {}, h("h2", { id: "ecard" }, t({ ja: "＋ 緊急カード", en: "+ Emergency card" }))),
        h(
          "div",
          { class: "stack" },
          h("p", { class: "big" }, card.name || blank),
          h(
            "p",
            {},
            `${t({ ja: "生年月日", en: "Born" })}: ${card.birth || blank}　${t({ ja: "血液型", en: "Blood" })}: ${card.blood || blank}`,
          ),
          h("h3", {}, t({ ja: "アレルギー", en: "Allergies" })),
          allergies.length === 0
            ? h("p", {}, t({ ja: "届いた記録にはありません", en: "none among the records that arrived" }))
            : h("ul", { class: "rows alert" }, ...allergies.map(allergy)),
          h("h3", {}, t({ ja: "いま使っている薬", en: "Medicines now" })),
          medicines.size === 0
            ? h("p", {}, t({ ja: "届いた記録にはありません", en: "none among the records that arrived" }))
            : h(
                "ul",
                { class: "rows" },
                ...[...medicines.values()].map(({ title, value }) =>
                  h("li", {}, h("b", {}, title), `　${value ?? ""}`),
                ),
              ),
          conditions.length > 0 && h("h3", {}, t({ ja: "病名", en: "Conditions" })),
          conditions.length > 0 && h("ul", { class: "rows" }, ...conditions.map(({ title }) => h("li", {}, title))),
          h("p", {}, `${t({ ja: "連絡先", en: "Call" })}: ${card.contact || blank}`),
        ),
      ),
      h(
        "p",
        { class: "row no-print" },
        h("button", { type: "button", onclick: () => print() }, t({ ja: "カードを印刷する", en: "Print the card" })),
      ),
      h(
        "section",
        { class: "card stack no-print" },
        h("h2", {}, t({ ja: "カードに書くこと", en: "What the card says" })),
        h("p", { class: "quiet" }, t({ ja: "この端末の中だけに残ります。", en: "It stays on this device." })),
        form,
      ),
      h(
        "section",
        { class: "card stack no-print" },
        h(
          "h2",
          {},
          t({
            ja: "あなたに聞けないとき、病院が記録を見てよいか",
            en: "May a hospital look when you cannot be asked?",
          }),
        ),
        h(
          "p",
          {},
          t({
            ja: "見せる・見せない・知らせ方は、記録を保管しているところで決めます。",
            en: "You decide that where your records are kept.",
          }),
        ),
        h(
          "p",
          {},
          h(
            "a",
            { class: "button", href: `${settings.holder}/consents#emergency` },
            t({ ja: "緊急のときの設定を開く", en: "Open the setting" }),
          ),
        ),
      ),
    ];
  },
};
