import { isConsentError, verifyReceipts, type JwkSet } from "@phr-link/sdk";
import { h } from "../dom";
import { settings } from "../holder";
import { t } from "../language";
import { read } from "../vault";
import type { View } from "../view";

/** Who saw what: signed receipts, verified here, and the way to the holder's own page. */
export const receipts: View = {
  path: "receipts",
  name: { ja: "だれが、いつ、何を見たか", en: "Who saw what, and when" },
  short: { ja: "見た人", en: "Seen by" },
  async render() {
    const tokens = (await read("receipts")) ?? [];
    const list = document.createElement("phr-receipts");
    const said = h("p", {});
    if (tokens.length > 0) {
      try {
        const jwks = (await (await fetch(`${settings.holder}/jwks`)).json()) as JwkSet;
        const claims = verifyReceipts(tokens, jwks);
        list.receipts = tokens.map((token, at) => ({ token, claims: claims[at]! }));
        said.append(
          h(
            "span",
            { class: "ok" },
            t({
              ja: "✓ 署名と、記録がつながっていることを確かめました。",
              en: "✓ The signatures were checked, and that none is missing.",
            }),
          ),
        );
      } catch (error) {
        if (!isConsentError(error)) throw error;
        said.append(
          h(
            "strong",
            { class: "out" },
            t({ ja: "▲ 確かめられない記録があります", en: "▲ There are receipts that cannot be verified" }),
            ` (${error.code})`,
          ),
        );
      }
    }
    return [
      h("h1", {}, t(receipts.name)),
      h(
        "p",
        { class: "lead" },
        t({
          ja: "病院やアプリがいつ何を見たかは、記録を保管しているところの画面に、すべて出ています。下は、この端末にある記録です。",
          en: "Who read what is all on the page of where your records are kept. Below are the receipts on this device.",
        }),
      ),
      h(
        "p",
        {},
        h(
          "a",
          { class: "button", href: `${settings.holder}/consents` },
          t({ ja: "だれが見たかを見る・渡すのをやめる", en: "See who read what, or stop sharing" }),
        ),
      ),
      said,
      list,
    ];
  },
};
