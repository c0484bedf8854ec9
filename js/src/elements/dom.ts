/** What an element may hold: text stays text, whoever wrote it. */
export type Content = Node | string | undefined | readonly Content[];

type Attributes = Readonly<Record<string, string | boolean | undefined | ((event: Event) => void)>>;

/** Makes an element. Functions listen, `true` sets an attribute without a value, `false` leaves it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...flat(content));
  return made;
}

/** Leaves out what is not there. */
export function flat(content: readonly Content[]): (Node | string)[] {
  return content.flatMap((one) => {
    if (one === undefined) return [];
    return typeof one === "string" || !isList(one) ? [one] : flat(one);
  });
}

function isList(content: Node | readonly Content[]): content is readonly Content[] {
  return Array.isArray(content);
}

/** A link to a page of somebody else; an address that is no web page is shown as words only. */
export function link(address: string, words: string): HTMLElement {
  const isPage = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
  if (!isPage) return h("span", {}, words);
  return h("a", { href: address, target: "_blank", rel: "noreferrer" }, words);
}

const PATHS = {
  ok: "M4 12.5l5 5L20 6.5",
  warn: "M12 4v10M12 18v2",
  off: "M6 6l12 12M18 6L6 18",
  people: "M8 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2 20c0-4 3-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6M17 14c3 0 5 2 5 6",
  time: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-6 6-6 12 0 18M12 3c6 6 6 12 0 18",
} as const;

/** A picture beside a word; alone it would say nothing to a screen reader, and it shall not. */
export function icon(name: keyof typeof PATHS): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A state: icon, word and colour, in this order of trust. */
export function mark(kind: "ok" | "warn" | "off", words: string): HTMLElement {
  return h("span", { class: `mark is-${kind}` }, icon(kind), words);
}

/** Words that a line is never broken within: a date, a name. */
export function whole(words: string): HTMLElement {
  return h("span", { class: "whole" }, words);
}

/** A list of facts: a question and its answer. */
export function facts(
  ...rows: readonly (readonly [question: string, ...answer: Content[]] | undefined)[]
): HTMLElement {
  const shown = rows.filter((row) => row !== undefined);
  return h(
    "dl",
    { class: "facts" },
    ...shown.map(([question, ...answer]) => h("div", {}, h("dt", {}, question), h("dd", {}, answer))),
  );
}
