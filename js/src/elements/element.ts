import { style } from "./style.js";
import type { Language } from "../types.js";

// Servers that render pages import this, too, and have no elements.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/** What all our elements share: a shadow root, one stylesheet, and the language of where they stand. */
export abstract class PhrElement extends Base {
  static readonly observedAttributes: readonly string[] = ["lang"];

  #root: ShadowRoot | undefined;

  /** The language of the nearest `lang`, Japanese where that is none of ours. */
  get language(): Language {
    const lang = (this.closest("[lang]") ?? document.documentElement).getAttribute("lang") ?? "ja";
    return lang.toLowerCase().startsWith("en") ? "en" : "ja";
  }

  connectedCallback(): void {
    this.draw();
  }

  attributeChangedCallback(): void {
    this.draw();
  }

  /** Draws anew where the element is in a page. */
  protected draw(): void {
    if (!this.isConnected) return;
    if (this.#root === undefined) {
      this.#root = this.attachShadow({ mode: "open" });
      this.#root.adoptedStyleSheets = [style()];
    }
    this.render(this.#root);
  }

  protected abstract render(root: ShadowRoot): void;

  /** Moves the reading on to a heading that has just appeared. */
  protected focusOn(selector: string): void {
    const found = this.#root?.querySelector<HTMLElement>(selector);
    if (!found) return;
    found.tabIndex = -1;
    found.focus();
    found.scrollIntoView({ block: "start" });
  }

  /** Says something to everybody: in a region that screen readers follow. */
  protected tell(words: string): void {
    const status = this.#root?.querySelector("[role=status]");
    if (status) status.textContent = words;
  }
}

/** Texts in both languages with the same names, so that none is missing in one. */
export type Texts<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>;

/** Fills `{name}` in a text. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
