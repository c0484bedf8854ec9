import type { Consent, Receipt } from "../claims.js";
import { isConsentError } from "../error.js";
import type { Language } from "../types.js";
import { inspect } from "../verify.js";
import { categoryName, say } from "../words.js";
import { facts, h, icon, mark, type Content } from "./dom.js";
import { fill, PhrElement, type Texts } from "./element.js";
import { sentence } from "./receipts.js";
import type { SharedConsent, SharingActions, SharingData } from "./sharing/data.js";
import { longDay, minute } from "./time.js";

const ja = {
  none: "渡している記録はありません。",
  active: "渡しています",
  expired: "期限が来て終わりました",
  superseded: "新しい同意に替わりました",
  withdrawn: "あなたがやめました",
  byAgent: "代理人による同意",
  what: "渡している記録",
  use: "使いみち",
  until: "いつまで",
  last: "最後に見た日時",
  never: "まだ見ていません",
  history: "だれが、いつ、何を見ましたか（{count}件）",
  times: "（続けて{times}回）",
  stop: "やめる",
  stopName: "{name}に渡すのをやめる",
  sure: "{name}に渡すのをやめますか",
  effect: "やめると、相手はすぐに記録を見られなくなります。",
  given: "もう渡した記録は、どうしますか",
  erase: "消すように頼む",
  keep: "頼まない",
  yes: "やめる",
  no: "続ける",
  choose: "もう渡した記録をどうするか、選んでください。",
  done: "やめました。相手はもう記録を見られません。",
  failed: "うまくいきませんでした。",
};

const en: Record<keyof typeof ja, string> = {
  none: "You share no records.",
  active: "You share this",
  expired: "It ended by its date",
  superseded: "A newer consent took its place",
  withdrawn: "You stopped it",
  byAgent: "consent by an agent",
  what: "What is shared",
  use: "What for",
  until: "Until when",
  last: "Last read",
  never: "not read yet",
  history: "Who read what, and when? ({count})",
  times: "({times} times in a row)",
  stop: "Stop",
  stopName: "Stop sharing with {name}",
  sure: "Stop sharing with {name}?",
  effect: "They can no longer see your records at once.",
  given: "What about the records they already have?",
  erase: "Ask them to erase them",
  keep: "Do not ask",
  yes: "Stop",
  no: "Keep sharing",
  choose: "Choose what happens to the records they already have.",
  done: "Stopped. They can no longer see your records.",
  failed: "That did not work.",
};

const texts: Texts<keyof typeof ja> = { ja, en };

/**
 * `<phr-sharing>`: what is shared with whom, who read what and when, and the way to stop it, in no more
 * steps than it took to share.
 *
 * @example
 * const board = document.querySelector("phr-sharing");
 * board.actions = { withdraw };
 * board.data = data;
 */
export class Sharing extends PhrElement {
  actions: SharingActions | undefined;

  #data: SharingData | undefined;

  get data(): SharingData | undefined {
    return this.#data;
  }

  set data(data: SharingData | undefined) {
    this.#data = data;
    this.draw();
  }

  protected render(root: ShadowRoot): void {
    const language = this.language;
    const t = texts[language];
    const consents = this.#data?.consents ?? [];
    root.replaceChildren(
      h("p", { role: "status", "aria-live": "polite", id: "message" }),
      ...(consents.length === 0 ? [h("p", {}, t.none)] : consents.map((consent) => this.#card(consent, language))),
    );
  }

  #card(consent: SharedConsent, language: Language): HTMLElement {
    const t = texts[language];
    const { jti, state, recipient, details, expires_at: end, receipts } = consent;
    const name = recipient[language === "en" ? "name#en" : "name"];
    const claims = inspect(consent.consent).claims as unknown as Consent | null;
    const list = (words: readonly string[]) => [...new Set(words)].join(language === "ja" ? "、" : ", ");
    const read = receipts.find(({ claims: { event } }) => event === "provision" || event === "emergency");
    const history = together(receipts).map(({ first, times }) =>
      h("li", {}, sentence(first, language), times > 1 ? ` ${fill(t.times, { times: String(times) })}` : undefined),
    );
    const article = h(
      "article",
      { class: "card", "data-jti": jti, "data-state": state, "aria-labelledby": `name-${jti}` },
      h("h2", { id: `name-${jti}` }, name),
      h("p", {}, state === "active" ? mark("ok", t.active) : mark("off", t[state])),
      claims?.act === undefined
        ? undefined
        : h("p", {}, icon("people"), ` ${t.byAgent} (${say("bases", claims.act.basis.kind, language)})`),
      facts(
        [t.what, list(details.flatMap(({ datatypes }) => datatypes.map((code) => categoryName(code, language))))],
        [t.use, list(details.flatMap(({ purposes }) => purposes.map((purpose) => say("purposes", purpose, language))))],
        [t.until, longDay(end, language)],
        [t.last, read === undefined ? t.never : minute(read.claims.at, language)],
      ),
      h(
        "details",
        {},
        h("summary", {}, fill(t.history, { count: String(receipts.length) })),
        h("ul", { class: "rows" }, ...history),
      ),
    );
    if (state === "active" && this.#data?.is_own) {
      const open = () => {
        stop.replaceWith(this.#confirm(consent, name, language));
        article.querySelector<HTMLElement>(".sure")?.focus();
      };
      const stop = h(
        "button",
        { type: "button", class: "withdraw", "aria-label": fill(t.stopName, { name }), onclick: open },
        t.stop,
      );
      article.append(stop);
    }
    return article;
  }

  /** One confirmation, both answers alike; what becomes of what was given is unanswered at first. */
  #confirm({ jti }: SharedConsent, name: string, language: Language): HTMLElement {
    const t = texts[language];
    let erase: boolean | undefined;
    const pick = (value: boolean, words: Content) =>
      h(
        "label",
        { class: "pick" },
        h("input", { type: "radio", name: `erase-${jti}`, value: String(value), onchange: () => (erase = value) }),
        h("span", {}, words),
      );
    const yes = async () => {
      if (erase === undefined) return this.tell(t.choose);
      try {
        await this.actions?.withdraw(jti, { erase });
        this.tell(t.done);
      } catch (error) {
        this.tell(isConsentError(error) ? `${error.say(language)} (${error.code})` : t.failed);
      }
    };
    return h(
      "section",
      { class: "part", "aria-labelledby": `sure-${jti}` },
      h("h3", { id: `sure-${jti}`, class: "sure", tabindex: "-1" }, fill(t.sure, { name })),
      h("p", {}, t.effect),
      h(
        "fieldset",
        { "aria-labelledby": `given-${jti}` },
        h("p", { id: `given-${jti}` }, h("b", {}, t.given)),
        pick(true, t.erase),
        pick(false, t.keep),
      ),
      h(
        "div",
        { class: "answers" },
        h("button", { type: "button", class: "yes", onclick: () => void yes() }, t.yes),
        h("button", { type: "button", class: "no", onclick: () => this.draw() }, t.no),
      ),
    );
  }
}

/** Pages of one reading are one line: the same event, reader and items within an hour. */
function together(receipts: SharedConsent["receipts"]): readonly { readonly first: Receipt; readonly times: number }[] {
  const lines: { first: Receipt; times: number }[] = [];
  for (const { claims } of receipts) {
    const line = lines.at(-1);
    const isSame = (one: Receipt) =>
      one.event === claims.event &&
      one.recipient.id === claims.recipient.id &&
      one.items.join() === claims.items.join() &&
      Math.abs(one.at - claims.at) < 3_600;
    if (line !== undefined && isSame(line.first)) line.times += 1;
    else lines.push({ first: claims, times: 1 });
  }
  return lines;
}
