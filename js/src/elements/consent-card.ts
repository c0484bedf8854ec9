import { isConsentError } from "../error.js";
import type { CategoryCode } from "../generated/codes.js";
import type { Detail, Language, Purpose } from "../types.js";
import { catalogue } from "../verify.js";
import { categoryName, say } from "../words.js";
import { all, narrowed, type Choice } from "./consent-card/choice.js";
import type { ConsentCardActions, ConsentCardData } from "./consent-card/data.js";
import { texts } from "./consent-card/texts.js";
import { facts, h, icon, link, mark, type Content } from "./dom.js";
import { fill, PhrElement } from "./element.js";
import { longDay, plainDay, today } from "./time.js";

const DAY_MS = 86_400_000;

/**
 * `<phr-consent-card>`: who asks, certified by whom, for what, until when; every record and every use with
 * a switch of its own that is off; share all, only the chosen, or nothing. What is chosen is shown again
 * as the very text whose hash is signed.
 *
 * Set `data` and `actions`. In a form its value is the JSON of the chosen details.
 *
 * @example
 * const card = document.querySelector("phr-consent-card");
 * card.actions = { prepare, sign, refuse };
 * card.data = data;
 */
export class ConsentCard extends PhrElement {
  static readonly formAssociated = true;

  /** What happens when the person decides; needed before anybody presses. */
  actions: ConsentCardActions | undefined;

  readonly #internals = typeof this.attachInternals === "function" ? this.attachInternals() : undefined;
  readonly #records = new Set<CategoryCode>();
  readonly #purposes = new Set<Purpose>();
  #span: "asked" | "year" | "own" = "asked";
  #ownDay = "";
  #data: ConsentCardData | undefined;

  get data(): ConsentCardData | undefined {
    return this.#data;
  }

  set data(data: ConsentCardData | undefined) {
    this.#data = data;
    this.#records.clear();
    this.#purposes.clear();
    this.#span = "asked";
    this.#ownDay = "";
    // An amendment starts from what holds now; a first consent from nothing.
    const asked = all(data?.details ?? []);
    for (const { datatypes, purposes } of data?.current ?? []) {
      for (const code of datatypes) if (asked.records.has(code)) this.#records.add(code);
      for (const purpose of purposes) if (asked.purposes.has(purpose)) this.#purposes.add(purpose);
    }
    this.draw();
  }

  /** What is chosen now; empty until one record and one use are. */
  get chosen(): readonly Detail[] {
    const from = this.#from();
    const choice: Choice = {
      records: this.#records,
      purposes: this.#purposes,
      ...(from === undefined ? {} : { from }),
    };
    return narrowed(this.#data?.details ?? [], choice);
  }

  protected render(root: ShadowRoot): void {
    const data = this.#data;
    if (data === undefined) return root.replaceChildren();
    const language = this.language;
    const t = texts[language];
    const name = data.recipient[language === "en" ? "name#en" : "name"];
    const asked = all(data.details);
    root.replaceChildren(
      ...(data.acting ? [this.#banner(data.acting, language)] : []),
      h("h1", {}, data.acting ? fill(t.titleFor, { person: data.acting.person }) : t.title),
      h("p", { class: "quiet" }, t.free),
      h(
        "form",
        { class: "card part", onsubmit: (event) => event.preventDefault() },
        this.#who(data, name, language),
        this.#which(data, asked, language),
        this.#what(data, asked, language),
        this.#how(data, language),
        h(
          "div",
          { class: "part two" },
          h(
            "section",
            {},
            h("h2", {}, t.refusing),
            h("ul", { class: "dots" }, ...data.refusal[language].map((line) => h("li", {}, line))),
          ),
          h(
            "section",
            {},
            h("h2", {}, t.leaving),
            h("ul", { class: "dots" }, ...[t.leaving1, t.leaving2, t.leaving3].map((line) => h("li", {}, line))),
            h("p", {}, h("small", {}, `${t.place}: `), link(data.withdrawUri, data.withdrawUri)),
          ),
        ),
        h("details", { class: "part" }, h("summary", {}, t.notice), h("pre", {}, data.notice)),
        h(
          "section",
          { class: "part" },
          h("h2", {}, t.decide),
          h("p", { role: "status", "aria-live": "polite", id: "message" }),
          h(
            "div",
            { class: "answers" },
            this.#answer("chosen", t.approveChosen, t.approveChosenText, () => this.#reviewChosen()),
            this.#answer(
              "all",
              t.approveAll,
              fill(t.approveAllText, { records: String(asked.records.size), purposes: String(asked.purposes.size) }),
              () => this.#review(data.details),
            ),
            this.#answer("refuse", t.refuse, t.refuseText, async () => this.actions?.refuse()),
          ),
          h("p", {}, h("small", {}, t.next)),
        ),
      ),
    );
    this.#changed();
  }

  #banner({ person, role, basis, until }: NonNullable<ConsentCardData["acting"]>, language: Language): HTMLElement {
    const t = texts[language];
    const values = {
      person,
      role: ROLES[role][language],
      basis: say("bases", basis, language),
      day: longDay(until, language),
    };
    return h(
      "section",
      { class: "banner", id: "acting", "aria-label": t.acting },
      icon("people"),
      h(
        "div",
        {},
        h("strong", {}, t.acting),
        h("p", {}, fill(t.actingText, values)),
        h("p", {}, fill(t.actingUntil, values)),
      ),
    );
  }

  #who({ recipient, mark: shown }: ConsentCardData, name: string, language: Language): HTMLElement {
    const t = texts[language];
    const by = fill(t.markBy, {
      name: language === "en" ? shown["name#en"] : shown.name,
      day: longDay(shown.exp, language),
    });
    return h(
      "section",
      {},
      h("h2", {}, t.who),
      h("h3", { id: "who" }, name),
      facts(
        [t.role, say("roles", recipient.role, language)],
        [
          t.certified,
          mark("ok", t.markOk),
          h("p", {}, by),
          shown.ref === undefined ? undefined : link(shown.ref, t.markRead),
        ],
        [t.genuine, mark("ok", t.genuineOk), h("p", {}, t.genuineText)],
        [t.firm, fill(t.firmText, recipient), h("p", {}, `${recipient.address} (${recipient.country})`)],
      ),
    );
  }

  #which(data: ConsentCardData, asked: Choice, language: Language): HTMLElement {
    const t = texts[language];
    const now = all(data.current ?? []).records;
    const flags = [...new Set(data.details.flatMap(({ exclude }) => exclude))];
    const excluded = flags.map((flag) => say("exclude", flag, language)).join(language === "ja" ? "、" : ", ");
    return h(
      "section",
      { class: "part" },
      h("h2", { id: "which" }, t.records),
      h("p", { id: "which-hint" }, data.current ? t.recordsNow : t.recordsHint),
      h(
        "fieldset",
        { class: "switches", "aria-labelledby": "which", "aria-describedby": "which-hint" },
        ...[...asked.records].map((code) => {
          const { from, to } = periodOf(data.details, code);
          const day = (given: string | null, open: string) => (given === null ? open : plainDay(given, language));
          return this.#toggle(this.#records, code, categoryName(code, language), [
            h("small", {}, fill(t.period, { from: day(from, t.start), to: day(to, t.end) })),
            sensitive(code) ? h("div", {}, mark("warn", t.sensitive)) : undefined,
            now.has(code) ? h("div", {}, mark("ok", t.now)) : undefined,
          ]);
        }),
      ),
      this.#shorter(language),
      excluded === "" ? undefined : h("p", {}, h("small", {}, fill(t.excluded, { list: excluded }))),
    );
  }

  #shorter(language: Language): HTMLElement {
    const t = texts[language];
    const pick = (span: "asked" | "year" | "own", words: string, ...more: Content[]) =>
      h(
        "label",
        { class: "pick" },
        h("input", {
          type: "radio",
          name: "span",
          value: span,
          checked: this.#span === span,
          onchange: () => {
            this.#span = span;
            this.#changed();
          },
        }),
        h("span", {}, words, ...more),
      );
    const day = h("input", {
      type: "date",
      "aria-label": t.ownDayLabel,
      max: today(),
      value: this.#ownDay,
      onchange: () => {
        this.#ownDay = day.value;
        this.#span = "own";
        const own = day.closest("fieldset")?.querySelector<HTMLInputElement>("[value=own]");
        if (own) own.checked = true;
        this.#changed();
      },
    });
    return h(
      "details",
      { open: this.#span !== "asked" },
      h("summary", {}, t.shorten),
      h(
        "fieldset",
        { "aria-label": t.shorten },
        pick("asked", t.asAsked),
        pick("year", t.lastYear),
        pick("own", t.ownDay),
        day,
      ),
    );
  }

  #what(data: ConsentCardData, asked: Choice, language: Language): HTMLElement {
    const t = texts[language];
    const now = all(data.current ?? []).purposes;
    return h(
      "section",
      { class: "part" },
      h("h2", { id: "what" }, t.purposes),
      h("p", { id: "what-hint" }, t.purposesHint),
      h(
        "fieldset",
        { class: "switches", "aria-labelledby": "what", "aria-describedby": "what-hint" },
        ...[...asked.purposes].map((purpose) =>
          this.#toggle(this.#purposes, purpose, say("purposes", purpose, language), [
            now.has(purpose) ? h("div", {}, mark("ok", t.now)) : undefined,
          ]),
        ),
      ),
    );
  }

  #how({ details, expiresAt, overseas }: ConsentCardData, language: Language): HTMLElement {
    const t = texts[language];
    const each = (name: "frequency" | "handling" | "on_end") => [
      ...new Set(details.map((detail) => say(name, detail[name], language))),
    ];
    const kept = details.map(({ retention }) => {
      if ("until" in retention) return plainDay(retention.until, language);
      return retention.days === 0 ? t.notKept : fill(t.keptDays, { days: String(retention.days) });
    });
    const onward = [
      ...new Set(
        details.flatMap(({ onward: { to, roles } }) => [...to, ...roles.map((role) => say("roles", role, language))]),
      ),
    ];
    const list = (words: readonly string[]) => [...new Set(words)].join(language === "ja" ? "、" : ", ");
    return h(
      "section",
      { class: "part" },
      h("h2", {}, t.how),
      facts(
        [t.until, fill(t.untilText, { day: longDay(expiresAt, language) })],
        [t.often, list(each("frequency"))],
        [t.handling, list(each("handling"))],
        [t.kept, list(kept)],
        [t.after, list(each("on_end"))],
        [t.onward, onward.length === 0 ? t.onwardNone : fill(t.onwardSome, { list: list(onward) })],
        [
          t.abroad,
          overseas.transfer ? mark("warn", fill(t.abroadYes, { country: overseas.country ?? "" })) : t.abroadNo,
          overseas.regime_uri === undefined ? undefined : h("p", {}, link(overseas.regime_uri, t.regime)),
          overseas.measures_uri === undefined ? undefined : h("p", {}, link(overseas.measures_uri, t.measures)),
        ],
      ),
    );
  }

  #toggle<C extends string>(set: Set<C>, code: C, words: string, more: readonly Content[]): HTMLElement {
    const t = texts[this.language];
    const state = h("span", { "aria-hidden": "true" }, set.has(code) ? t.yes : t.no);
    const box = h("input", {
      type: "checkbox",
      role: "switch",
      name: code,
      checked: set.has(code),
      onchange: () => {
        if (box.checked) set.add(code);
        else set.delete(code);
        state.textContent = box.checked ? t.yes : t.no;
        this.#changed();
      },
    });
    return h(
      "label",
      { class: "switch" },
      h("span", {}, h("b", {}, words), ...more),
      h("span", { class: "state" }, box, state),
    );
  }

  /** Three answers of one size and one look; none is recommended. A second press waits for the first. */
  #answer(id: string, words: string, more: string, run: () => Promise<void>): HTMLButtonElement {
    const button = h(
      "button",
      {
        type: "button",
        id,
        onclick: async () => {
          if (button.getAttribute("aria-busy") === "true") return;
          button.setAttribute("aria-busy", "true");
          try {
            await run();
          } catch (error) {
            const t = texts[this.language];
            this.tell(isConsentError(error) ? `${error.say(this.language)} (${error.code})` : t.failed);
          } finally {
            button.removeAttribute("aria-busy");
          }
        },
      },
      words,
      h("span", {}, more),
    );
    return button;
  }

  async #reviewChosen(): Promise<void> {
    if (this.#span === "own" && this.#ownDay === "") this.tell(texts[this.language].missingDay);
    else await this.#review(this.chosen);
  }

  /** The last look: exactly the text that is signed. */
  async #review(details: readonly Detail[]): Promise<void> {
    const language = this.language;
    const t = texts[language];
    const root = this.shadowRoot;
    if (details.length === 0) return this.tell(t.missing);
    const summary = await this.actions?.prepare(details, language);
    if (summary === undefined || root === null) return;
    const colon = language === "ja" ? "：" : ": ";
    const rows = summary.text.split("\n").map((line) => {
      const at = line.indexOf(colon);
      return [line.slice(0, at), line.slice(at + colon.length)] as const;
    });
    const special = [...all(details).records].filter(sensitive).map((code) => categoryName(code, language));
    const shown = facts(...rows);
    shown.id = "summary";
    root.replaceChildren(
      ...(this.#data?.acting ? [this.#banner(this.#data.acting, language)] : []),
      h("h1", { id: "review" }, t.review),
      h("p", {}, t.reviewText),
      h(
        "div",
        { class: "card part" },
        special.length === 0
          ? undefined
          : mark("warn", fill(t.reviewSensitive, { list: special.join(language === "ja" ? "、" : ", ") })),
        shown,
        h("p", { class: "quiet" }, fill(t.number, { s256: summary.s256 })),
        h("p", { role: "status", "aria-live": "polite", id: "message" }),
        h(
          "div",
          { class: "answers" },
          this.#answer("sign", t.sign, t.signText, async () => this.actions?.sign()),
          this.#answer("back", t.back, t.backText, async () => {
            this.draw();
            this.focusOn("h1");
          }),
          this.#answer("refuse", t.refuse, t.refuseText, async () => this.actions?.refuse()),
        ),
      ),
    );
    this.focusOn("#review");
  }

  #from(): string | undefined {
    if (this.#span === "year") return today(Date.now() - 365 * DAY_MS);
    return this.#span === "own" && this.#ownDay !== "" ? this.#ownDay : undefined;
  }

  #changed(): void {
    const { chosen } = this;
    this.#internals?.setFormValue(chosen.length === 0 ? null : JSON.stringify(chosen));
    if (chosen.length > 0) this.#internals?.setValidity({});
    else this.#internals?.setValidity({ valueMissing: true }, texts[this.language].missing);
    this.dispatchEvent(new CustomEvent("phr-change", { bubbles: true, composed: true, detail: { chosen } }));
  }
}

const ROLES = {
  guardian: { ja: "法定代理人", en: "legal representative" },
  proxy: { ja: "任意代理人", en: "agent by their choice" },
} as const;

let special: ReadonlySet<string> | undefined;

/** Whether the catalogue says that records of a category need special care. */
function sensitive(code: CategoryCode): boolean {
  special ??= new Set(
    catalogue()
      .categories.filter(({ sensitivity }) => sensitivity !== "S1")
      .map((category) => category.code),
  );
  return special.has(code);
}

/** The widest period in which a category is asked for. */
function periodOf(details: readonly Detail[], code: CategoryCode): Detail["period"] {
  const periods = details.filter(({ datatypes }) => datatypes.includes(code)).map(({ period }) => period);
  const froms = periods.map(({ from }) => from);
  const tos = periods.map(({ to }) => to);
  return {
    from: froms.includes(null) ? null : (froms.sort()[0] ?? null),
    to: tos.includes(null) ? null : (tos.sort().at(-1) ?? null),
  };
}
