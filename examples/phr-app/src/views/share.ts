import { categoryName, type CategoryCode } from "@phr-link/sdk";
import encodeQR from "qr";
import { h } from "../dom";
import { client, fresh, granted, settings } from "../holder";
import { Handover } from "../handover";
import { language, minute, t } from "../language";
import { institution } from "../trust";
import { read, write } from "../vault";
import type { Model, View } from "../view";

const MINUTES = 10;

/** Shows records at a clinic: a code that works once; who opens it is checked before anything is shown. */
export const share: View = {
  path: "share",
  name: { ja: "病院で見せる", en: "Show at a clinic" },
  short: { ja: "見せる", en: "Show" },
  async render(model) {
    const codes = granted(model.link);
    const chosen = new Set<CategoryCode>();
    const stage = h("div", { class: "stack" });
    const box = (code: CategoryCode) =>
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          name: code,
          onchange: (event) => {
            if ((event.target as HTMLInputElement).checked) chosen.add(code);
            else chosen.delete(code);
          },
        }),
        categoryName(code, language()),
      );
    const begin = async () => {
      if (chosen.size === 0)
        return model.tell(t({ ja: "見せる記録を1つ以上選んでください。", en: "Choose at least one kind of record." }));
      await offer(stage, [...chosen], model);
    };
    const before = (await read("shares")) ?? [];
    if (model.link === undefined || model.hasEnded) {
      return [
        h("h1", {}, t(share.name)),
        h("p", {}, t({ ja: "先に、記録をつないでください。", en: "Link your records first." })),
      ];
    }
    stage.append(
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t({ ja: "どの記録を見せますか", en: "Which records do you show?" })),
        h(
          "p",
          {},
          t(
            {
              ja: "見せてよいものだけを選んでください。{minutes}分たつと見られなくなります。病院は保存できません。",
              en: "Choose what you want to show. It ends after {minutes} minutes; the clinic cannot keep it.",
            },
            { minutes: MINUTES },
          ),
        ),
        h(
          "fieldset",
          { class: "checks", "aria-label": t({ ja: "見せる記録", en: "Records to show" }) },
          ...codes.map(box),
        ),
        h(
          "button",
          { type: "button", id: "make-code", onclick: () => void begin() },
          t({ ja: "コードを作る", en: "Make a code" }),
        ),
      ),
    );
    return [
      h("h1", {}, t(share.name)),
      h(
        "p",
        { class: "lead" },
        t({
          ja: "画面のコードを受付で読み取ってもらいます。相手の名前を確かめてから、見せるかどうかを決めます。",
          en: "The desk reads the code on your screen. You see who it is before you decide to show anything.",
        }),
      ),
      stage,
      before.length === 0
        ? undefined
        : h(
            "section",
            { class: "card stack" },
            h("h2", {}, t({ ja: "見せたもの", en: "What you showed" })),
            h(
              "ul",
              { class: "rows" },
              ...before.map(({ name, categories, until }) =>
                h(
                  "li",
                  {},
                  h("b", {}, name),
                  h("p", {}, names(categories)),
                  h(
                    "p",
                    { class: "quiet" },
                    t(
                      until * 1000 > Date.now()
                        ? { ja: "{at} まで見られます", en: "Visible until {at}" }
                        : { ja: "{at} に終わりました", en: "Ended {at}" },
                      { at: minute(until) },
                    ),
                  ),
                ),
              ),
            ),
          ),
    ].filter((node) => node !== undefined);
  },
};

const names = (codes: readonly CategoryCode[]) =>
  codes.map((code) => categoryName(code, language())).join(language() === "ja" ? "、" : ", ");

async function offer(stage: HTMLElement, codes: readonly CategoryCode[], model: Model): Promise<void> {
  const handover = await Handover.open(MINUTES * 60);
  const picture = h("div", { class: "qr" });
  // The library writes plain SVG of black squares; nothing of it comes from anybody else.
  picture.innerHTML = encodeQR(handover.address, "svg", { ecc: "medium", border: 4 });
  picture.firstElementChild?.setAttribute("role", "img");
  picture.firstElementChild?.setAttribute("aria-label", t({ ja: "受付で読み取るコード", en: "Code for the desk" }));
  const state = h(
    "p",
    { role: "status", id: "handover-state" },
    t({ ja: "受付が読み取るのを待っています。", en: "Waiting for the desk to read it." }),
  );
  stage.replaceChildren(
    h(
      "section",
      { class: "card stack share" },
      h("h2", {}, t({ ja: "このコードを見せてください", en: "Show this code" })),
      picture,
      h(
        "details",
        {},
        h("summary", {}, t({ ja: "カメラで読めないとき", en: "If the camera cannot read it" })),
        h("p", { class: "code" }, handover.address),
      ),
      h(
        "p",
        { class: "quiet" },
        t({ ja: "{at} まで使えます。1回だけです。", en: "Works once, until {at}." }, { at: minute(handover.until) }),
      ),
      state,
      h(
        "p",
        { class: "row" },
        h(
          "a",
          { href: `${settings.clinic.url}/#${handover.address}`, target: "_blank", rel: "noopener", id: "play-clinic" },
          t({ ja: "見本クリニックの画面を開く（試験用）", en: "Open the sample clinic's screen (for trying)" }),
        ),
        h(
          "button",
          { type: "button", class: "small", onclick: () => void model.redraw() },
          t({ ja: "やめる", en: "Cancel" }),
        ),
      ),
    ),
  );
  const visitor = await handover.visitor(() => stage.isConnected && picture.isConnected);
  if (visitor === undefined) return;
  const found = await institution(visitor);
  if (found === undefined) {
    state.textContent = t({
      ja: "読み取った相手は、信頼リストにありません。見せません。",
      en: "Whoever read it is not in the trust list. Nothing is shown.",
    });
    return;
  }
  const name = language() === "en" ? found["name#en"] : found.name;
  const show = async () => {
    const link = await fresh();
    const detail = link?.details[0];
    if (link === undefined || detail === undefined) return;
    const delegation = await (
      await client()
    ).share(link, {
      recipient: found.id,
      recipientKey: found.key,
      details: [
        {
          ...detail,
          actions: ["read"],
          datatypes: [...codes].sort(),
          purposes: ["medication-safety"],
          handling: "view",
          retention: { days: 0 },
          onward: { to: [], roles: [] },
        },
      ],
      seconds: MINUTES * 60,
      nonce: handover.nonce,
    });
    await handover.give({ chain: [link.grant], delegation, categories: codes });
    const kept = { id: handover.nonce, name, categories: codes, until: Math.floor(Date.now() / 1000) + MINUTES * 60 };
    await write("shares", [kept, ...((await read("shares")) ?? [])]);
    await model.redraw();
    model.tell(t({ ja: "{name}に見せました。", en: "Shown to {name}." }, { name }));
  };
  stage.replaceChildren(
    h(
      "section",
      { class: "card stack", "aria-labelledby": "visitor" },
      h("h2", { id: "visitor", tabindex: -1 }, t({ ja: "この相手に見せますか", en: "Show it to them?" })),
      h("p", { class: "big" }, name),
      h("p", {}, `${found.address}　${found.representative}`),
      h(
        "p",
        { class: "ok" },
        t({ ja: "✓ 信頼リストにある医療機関です", en: "✓ A medical institution of the trust list" }),
      ),
      h("p", {}, t({ ja: "見せるもの：{names}", en: "What they see: {names}" }, { names: names(codes) })),
      h(
        "p",
        {},
        t(
          {
            ja: "ほかの記録は見えません。{minutes}分で終わります。",
            en: "They see nothing else. It ends after {minutes} minutes.",
          },
          { minutes: MINUTES },
        ),
      ),
      h(
        "div",
        { class: "answers" },
        h("button", { type: "button", id: "show", onclick: () => void show() }, t({ ja: "見せる", en: "Show it" })),
        h(
          "button",
          { type: "button", id: "hide", onclick: () => void model.redraw() },
          t({ ja: "見せない", en: "Do not show it" }),
        ),
      ),
    ),
  );
  document.getElementById("visitor")?.focus();
}
