import type { Kind } from "../claims.js";
import type { Language } from "../types.js";
import { inspect, type Inspection } from "../verify.js";
import { facts, h, icon, mark, type Content } from "./dom.js";
import { fill, PhrElement, type Texts } from "./element.js";
import { minute } from "./time.js";

const ja = {
  label: "調べるトークン",
  look: "調べる",
  empty: "トークンをここに貼ってください。この画面から外には送りません。",
  kind: "種類",
  unknown: "このしくみのトークンではありません",
  size: "大きさ",
  bytes: "{bytes}バイト",
  hash: "ハッシュ",
  wrong: "見えている問題：{count}件",
  fine: "形には問題がありません",
  unverified: "署名はまだ確かめていません。ここに見えることは、だれかが書いただけのことかもしれません。",
  blame: "どこの問題か",
  spec: "仕様の節",
  header: "ヘッダー",
  claims: "中身",
  raw: "もとの文字",
};

const en: Record<keyof typeof ja, string> = {
  label: "Token to look at",
  look: "Look",
  empty: "Paste a token here. It is not sent anywhere.",
  kind: "Kind",
  unknown: "no token of this profile",
  size: "Size",
  bytes: "{bytes} bytes",
  hash: "Hash",
  wrong: "Problems that show: {count}",
  fine: "Its form is right",
  unverified: "Its signature was not verified. What you see may only be what somebody wrote.",
  blame: "Whose problem it is",
  spec: "Section of the specification",
  header: "Header",
  claims: "Claims",
  raw: "As it is written",
};

const texts: Texts<keyof typeof ja> = { ja, en };

/** What people call each kind. */
const KINDS: Readonly<Record<Kind, Readonly<Record<Language, string>>>> = {
  "phr-consent+jwt": { ja: "同意", en: "consent" },
  "phr-grant+jwt": { ja: "提供許可", en: "grant" },
  "phr-delegation+jwt": { ja: "ほかの相手への許可", en: "delegation" },
  "phr-withdrawal+jwt": { ja: "同意の撤回", en: "withdrawal" },
  "phr-receipt+jwt": { ja: "提供の記録", en: "receipt" },
  "phr-key+jwt": { ja: "鍵の証明", en: "key statement" },
  "oauth-authz-req+jwt": { ja: "同意の求め", en: "consent request" },
  "dpop+jwt": { ja: "鍵を持つことの証明", en: "proof of possession" },
  "statuslist+jwt": { ja: "状態リスト", en: "status list" },
  "phr-trust-list+jwt": { ja: "信頼リスト", en: "trust list" },
  "trust-mark+jwt": { ja: "認証マーク", en: "trust mark" },
  "trust-mark-delegation+jwt": { ja: "認証マークの委任", en: "delegation of a trust mark" },
  "phr-emergency+jwt": { ja: "緊急時の申し立て", en: "emergency statement" },
  "client-authentication+jwt": { ja: "事業者の証明", en: "client assertion" },
};

/** Whose fault it is, in words. */
const BLAME: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  caller: { ja: "呼び出した側", en: "the caller" },
  holder: { ja: "情報保有者", en: "the holder" },
  issuer: { ja: "トークンを作った側", en: "who made the token" },
  presenter: { ja: "トークンを出した側", en: "who presented the token" },
  us: { ja: "この部品", en: "this library" },
  world: { ja: "まわりの事情", en: "circumstances" },
};

const TIMES = new Set(["iat", "exp", "nbf", "at", "auth_time", "retain_until", "until", "first", "last"]);

/**
 * `<phr-token>`: a token for people: what it is, what is wrong with it and what to do, then its claims
 * with times that can be read, then the text itself. Nothing is verified, and it says so. Nothing is sent.
 *
 * @example
 * <phr-token token="eyJhbGciOi…"></phr-token>
 */
export class TokenInspector extends PhrElement {
  static override readonly observedAttributes = ["lang", "token"];

  get token(): string {
    return this.getAttribute("token") ?? "";
  }

  set token(token: string) {
    this.setAttribute("token", token);
  }

  protected render(root: ShadowRoot): void {
    const language = this.language;
    const t = texts[language];
    const field = h(
      "textarea",
      { id: "token", spellcheck: "false", autocapitalize: "off", autocomplete: "off" },
      this.token,
    );
    const look = (event: Event) => {
      event.preventDefault();
      this.token = field.value.trim();
    };
    root.replaceChildren(
      h(
        "form",
        { class: "card stack", onsubmit: look },
        h("label", { for: "token" }, h("b", {}, t.label)),
        field,
        h("button", {}, t.look),
      ),
      h("div", { role: "status", "aria-live": "polite" }, ...(this.token === "" ? [t.empty] : [])),
      ...(this.token === "" ? [] : [this.#shown(inspect(this.token), language)]),
    );
  }

  #shown({ kind, bytes, s256, header, claims, problems }: Inspection, language: Language): HTMLElement {
    const t = texts[language];
    const name = kind === null ? t.unknown : KINDS[kind][language];
    return h(
      "article",
      { class: "card stack part" },
      h("h2", {}, name),
      problems.length === 0
        ? mark("ok", t.fine)
        : h("p", { class: "is-bad mark" }, icon("warn"), fill(t.wrong, { count: String(problems.length) })),
      ...problems.map((problem) =>
        h(
          "section",
          { class: "alert stack" },
          h("h3", {}, problem.text[language]),
          h("p", {}, problem.hint[language]),
          facts(
            [t.blame, BLAME[problem.blame]?.[language] ?? problem.blame],
            [t.spec, problem.spec],
            ["code", h("span", { class: "mono" }, problem.code)],
            problem.path === undefined ? undefined : ["path", h("span", { class: "mono" }, problem.path)],
          ),
        ),
      ),
      h("p", {}, t.unverified),
      facts(
        [t.kind, h("span", { class: "mono" }, kind ?? "–")],
        [t.size, fill(t.bytes, { bytes: String(bytes) })],
        [t.hash, h("span", { class: "mono" }, s256)],
      ),
      ...members(t.header, header, language),
      ...members(t.claims, claims, language),
      h("details", {}, h("summary", {}, t.raw), h("p", { class: "raw" }, this.token)),
    );
  }
}

function members(title: string, object: Readonly<Record<string, unknown>> | null, language: Language): HTMLElement[] {
  if (object === null) return [];
  const rows = Object.entries(object).map(([name, value]) => [name, shown(name, value, language)] as const);
  return [h("section", {}, h("h3", {}, title), facts(...rows))];
}

function shown(name: string, value: unknown, language: Language): Content {
  if (typeof value === "number" && TIMES.has(name)) return [minute(value, language), h("small", {}, ` (${value})`)];
  if (typeof value === "string") return h("span", { class: "mono" }, value);
  return h("pre", { class: "mono" }, JSON.stringify(value, null, 2));
}
