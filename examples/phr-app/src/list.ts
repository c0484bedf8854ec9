// A list that stays smooth with 50,000 lines: only those that can be seen are in the page.
import { h } from "./dom";

const ROW_PX = 76;
const AROUND = 8;

/**
 * @param row makes a line; it is asked again when the line comes back into sight
 * @param label what the list is, for screen readers
 */
export function windowed(count: number, row: (index: number) => HTMLElement, label: string): HTMLElement {
  const list = h("ol", { class: "window-rows", "aria-label": label });
  const frame = h("div", { class: "window", tabindex: "0", role: "group", "aria-label": label }, list);
  list.style.blockSize = `${count * ROW_PX}px`;
  const shown = new Map<number, HTMLElement>();
  const draw = () => {
    const first = Math.max(0, Math.floor(frame.scrollTop / ROW_PX) - AROUND);
    const last = Math.min(count, Math.ceil((frame.scrollTop + frame.clientHeight) / ROW_PX) + AROUND);
    for (const [index, item] of shown) {
      // A line that somebody is in stays, or the focus would be lost.
      if ((index < first || index >= last) && !item.contains(document.activeElement)) {
        item.remove();
        shown.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      if (shown.has(index)) continue;
      const item = h("li", { "aria-setsize": count, "aria-posinset": index + 1 }, row(index));
      item.style.insetBlockStart = `${index * ROW_PX}px`;
      item.dataset["at"] = String(index);
      shown.set(index, item);
      // In the order of the lines, so that they are read in their order.
      const next = [...list.children].find((other) => Number((other as HTMLElement).dataset["at"]) > index);
      list.insertBefore(item, next ?? null);
    }
  };
  let waits = false;
  frame.addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      draw();
    });
  });
  new ResizeObserver(draw).observe(frame);
  return frame;
}

/** Goes to a line. */
export function goTo(frame: HTMLElement, index: number): void {
  frame.scrollTop = index * ROW_PX;
}
