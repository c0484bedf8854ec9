export type Content = Node | string | undefined | false | readonly Content[];

type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

/** Makes an element; text is always text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  assign(made, attributes);
  made.append(...flat(content));
  return made;
}

/** Makes an element of SVG. */
export function svg(name: string, attributes: Attributes = {}, ...content: Content[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  assign(made, attributes);
  made.append(...flat(content));
  return made;
}

function assign(made: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
}

function flat(content: readonly Content[]): (Node | string)[] {
  return content.flatMap((one) => {
    if (one === undefined || one === false) return [];
    return one instanceof Node || typeof one === "string" ? [one] : flat(one);
  });
}
