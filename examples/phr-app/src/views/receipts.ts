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
          ja: "記録を渡したことは、消えない記録に残ります。",
          en: "That records were shared is kept in receipts that cannot be changed.",
        }),
      ),
      h(
        "p",
        {},
        h(
          "a",
          { class: "button", href: `${settings.holder}/consents` },
          t({ ja: "渡している記録を見る・やめる", en: "See what you share, or stop it" }),
        ),
      ),
      said,
      list,
    ];
  },
};
