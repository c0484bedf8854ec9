import type { Party, Receipt } from "../claims.js";
import type { Language } from "../types.js";
import { categoryName } from "../words.js";
import { facts, h, icon, type Content } from "./dom.js";
import { fill, PhrElement, type Texts } from "./element.js";
import { longDay, minute } from "./time.js";

const ja = {
  none: "記録はまだありません。",
  registration: "{recipient}に渡す同意を登録しました",
  provision: "{recipient}が{items}を見ました",
  acquisition: "{recipient}が{items}を受け取りました",
  withdrawal: "{recipient}に渡すのをやめました",
  erasure: "{recipient}が記録を消しました",
  emergency: "緊急時：{recipient}が同意なしに{items}を見ました",
  nothing: "記録",
  details: "くわしく",
  provider: "渡した側",
  recipient: "受け取った側",
  items: "項目",
  basis: "もとになる法律",
  how: "どのように取得したか",
  form: "記録の形",
  exchange: "やりとりの番号",
  until: "この記録を残す期限",
  raw: "署名された記録",
  single: "1回ごと",
  bulk: "まとめて",
  contract: "契約書",
  save: "すべて保存する",
};

const en: Record<keyof typeof ja, string> = {
  none: "There are no receipts yet.",
  registration: "Consent registered: shared with {recipient}",
  provision: "{recipient} read: {items}",
  acquisition: "{recipient} received: {items}",
  withdrawal: "Sharing with {recipient} stopped",
  erasure: "{recipient} erased the records",
  emergency: "Emergency: {recipient} read without consent: {items}",
  nothing: "records",
  details: "Details",
  provider: "Given by",
  recipient: "Received by",
  items: "Items",
  basis: "Legal ground",
  how: "How it was acquired",
  form: "Form of the record",
  exchange: "Number of the exchange",
  until: "This record is kept until",
  raw: "The signed receipt",
  single: "each time",
  bulk: "together",
  contract: "by contract",
  save: "Save all of them",
};

const texts: Texts<keyof typeof ja> = { ja, en };

/** What happened, in a sentence with its time. */
export function sentence(receipt: Receipt, language: Language): string {
  const t = texts[language];
  const items = receipt.items.map((code) => categoryName(code, language)).join(language === "ja" ? "、" : ", ");
  const what = fill(t[receipt.event], { recipient: receipt.recipient.name, items: items || t.nothing });
  return `${minute(receipt.at, language)}${language === "ja" ? "　" : ": "}${what}`;
}

/** A receipt: what is signed, and its claims after they were verified. */
export interface ShownReceipt {
  readonly token: string;
  readonly claims: Receipt;
}

/**
 * `<phr-receipts>`: who saw what, when, in sentences; one step deeper the fields that articles 29 and 30
 * of the APPI demand, and the signed receipt itself.
 *
 * Verify the receipts first (`verifyReceipts`): the element believes them.
 *
 * @example
 * document.querySelector("phr-receipts").receipts = tokens.map((token, at) => ({ token, claims: claims[at] }));
 */
export class Receipts extends PhrElement {
  #receipts: readonly ShownReceipt[] = [];

  get receipts(): readonly ShownReceipt[] {
    return this.#receipts;
  }

  set receipts(receipts: readonly ShownReceipt[]) {
    this.#receipts = [...receipts].sort((one, other) => other.claims.at - one.claims.at);
    this.draw();
  }

  protected render(root: ShadowRoot): void {
    const language = this.language;
    const t = texts[language];
    if (this.#receipts.length === 0) return root.replaceChildren(h("p", {}, t.none));
    const save = () => {
      const text = `${this.#receipts.map(({ token }) => token).join("\n")}\n`;
      const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      h("a", { href: url, download: "phr-receipts.txt" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1_000);
    };
    root.replaceChildren(
      h("ol", { class: "card rows" }, ...this.#receipts.map((receipt) => this.#row(receipt, language))),
      h("p", { class: "answers" }, h("button", { type: "button", class: "plain", onclick: save }, t.save)),
    );
  }

  #row({ token, claims }: ShownReceipt, language: Language): HTMLElement {
    const t = texts[language];
    const party = ({ name, address, representative, id }: Party): Content => [
      h("b", {}, name),
      h("p", {}, `${representative}　${address}`),
      h("p", { class: "quiet" }, id),
    ];
    return h(
      "li",
      { "data-event": claims.event },
      h(
        "p",
        { class: claims.event === "emergency" ? "is-bad" : "" },
        claims.event === "emergency" ? icon("warn") : undefined,
        sentence(claims, language),
      ),
      h(
        "details",
        {},
        h("summary", {}, t.details),
        facts(
          [t.provider, party(claims.provider)],
          [t.recipient, party(claims.recipient)],
          [
            t.items,
            claims.items.map((code) => categoryName(code, language)).join(language === "ja" ? "、" : ", ") || t.nothing,
          ],
          [t.basis, `${claims.basis.law} ${claims.basis.arts.join(", ")}`],
          claims.acquired_how === undefined ? undefined : [t.how, claims.acquired_how],
          [t.form, t[claims.record_form]],
          [t.exchange, h("span", { class: "mono" }, claims.exchange_id)],
          [t.until, longDay(claims.retain_until, language)],
        ),
        h("details", {}, h("summary", {}, t.raw), h("p", { class: "raw" }, token)),
      ),
    );
  }
}
