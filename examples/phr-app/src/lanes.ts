// A whole life in lanes: what came from institutions is a bar, what the person measured is a ring.
import { svg, h } from "./dom";
import { LANES, type Entry, type Lane } from "./entry";
import { t, yearOf } from "./language";

export const LANE_NAMES: Readonly<Record<Lane, Readonly<Record<"ja" | "en", string>>>> = {
  vaccination: { ja: "予防接種", en: "Vaccinations" },
  checkup: { ja: "健診", en: "Checkups" },
  lab: { ja: "検査", en: "Laboratory" },
  medicine: { ja: "お薬", en: "Medicines" },
  visit: { ja: "受診・手術", en: "Visits, operations" },
  life: { ja: "自分で測った値", en: "Measured by you" },
  other: { ja: "そのほか", en: "Other" },
};

const SPACE = 4;

/** Lanes between two moments, in seconds; a mark for each place where something is, not for each record. */
export function lanes(entries: readonly Entry[], from: number, to: number): HTMLElement {
  const made = h("div", { class: "lanes" });
  for (const lane of LANES) {
    const inside = entries.filter((entry) => entry.lane === lane && entry.at >= from && entry.at <= to);
    if (inside.length === 0) continue;
    const years = inside.map(({ at }) => yearOf(at));
    const label = t(
      { ja: "{name}。{first}年から{last}年に{count}件。", en: "{name}: {count} records from {first} to {last}." },
      {
        name: t(LANE_NAMES[lane]),
        first: years.reduce((one, other) => Math.min(one, other)),
        last: years.reduce((one, other) => Math.max(one, other)),
        count: inside.length,
      },
    );
    // 50,000 values of one lane are at most a few hundred marks.
    const places = new Set(inside.map(({ at }) => Math.round(((at - from) / (to - from)) * 100 * SPACE)));
    const marks = [...places].map((place) =>
      lane === "life"
        ? svg("circle", { class: "ring", cx: `${place / SPACE}%`, cy: "50%", r: 4 })
        : svg("rect", { class: "bar", x: `${place / SPACE}%`, y: "22%", width: 3, height: "56%", rx: 1 }),
    );
    made.append(
      h("p", { class: "lane" }, t(LANE_NAMES[lane])),
      svg(
        "svg",
        { role: "img", "aria-label": label, class: "rail" },
        svg("line", { x1: 0, x2: "100%", y1: "50%", y2: "50%" }),
        ...marks,
      ),
    );
  }
  const first = yearOf(from);
  const last = yearOf(to);
  const step = [1, 2, 5, 10, 20].find((years) => (last - first) / years <= 7) ?? 20;
  const labels: SVGElement[] = [];
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) {
    const place = ((Date.UTC(year, 0, 1) / 1000 - from) / (to - from)) * 100;
    if (place < 0 || place > 97) continue;
    labels.push(
      svg("text", { x: `${place}%`, y: "1.1em", "text-anchor": place < 4 ? "start" : "middle" }, String(year)),
    );
  }
  made.append(
    h("p", { class: "lane axis-lane", "aria-hidden": "true" }),
    svg("svg", { class: "axis", "aria-hidden": "true" }, ...labels),
  );
  return made;
}
