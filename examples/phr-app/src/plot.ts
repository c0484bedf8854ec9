// A series over time beside the range of its source. The picture is uPlot's; the sentence before it and the
// table after it say the same to whoever does not see it.
import type { Observation } from "@phr-link/sdk";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { h } from "./dom";
import { rangeOf, type Entry } from "./entry";
import { day, language, t } from "./language";

const TABLE_ROWS = 60;

/** @param series values of one name, one unit and one source, the newest first */
export function plot(name: string, series: readonly Entry[]): HTMLElement {
  const oldest = [...series].reverse();
  const values = oldest.map(({ resource }) => (resource as Observation).valueQuantity?.value ?? null);
  const ranges = oldest.map(({ resource }) => rangeOf(resource as Observation));
  const unit = (series[0]?.resource as Observation | undefined)?.valueQuantity?.unit ?? "";
  const latest = series[0];
  const range = ranges.at(-1) ?? {};
  const between = rangeText(range);
  const said =
    latest === undefined
      ? ""
      : t(
          between === ""
            ? { ja: "いちばん新しい値は {value}（{day}）です。", en: "The latest value is {value} ({day})." }
            : {
                ja: "いちばん新しい値は {value}（{day}）です。{source}の基準の範囲は {between} です。",
                en: "The latest value is {value} ({day}). The range of {source} is {between}.",
              },
          { value: latest.value ?? "", day: day(latest.date), between, source: latest.source ?? "" },
        );
  const frame = h("div", { class: "plot", role: "img", "aria-label": `${name}. ${said}` });
  const figure = h(
    "figure",
    { class: "card stack" },
    h("figcaption", {}, h("h2", {}, `${name} `, h("small", {}, unit)), h("p", {}, said)),
    frame,
  );
  const draw = () => {
    const [text, line, key, band, warn, surface] = colours(frame);
    const size = { width: Math.max(240, frame.clientWidth), height: 240 };
    const axis = {
      stroke: text,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      font: "14px system-ui",
    };
    frame.replaceChildren();
    const made = new uPlot(
      {
        ...size,
        legend: { show: false },
        cursor: { drag: { x: true, y: false } },
        scales: { x: { time: true }, y: { range: (_, low, high) => spread(low, high, ranges) } },
        axes: [
          { ...axis, values: (_, splits) => splits.map((at) => shortDay(at)), space: 80 },
          { ...axis, size: 56 },
        ],
        series: [
          {},
          {
            stroke: key,
            width: 2.5,
            // Out of range is another shape, not only another colour.
            points: { show: series.length < 400, size: 8, fill: surface, stroke: key, width: 2 },
          },
        ],
        hooks: {
          drawClear: [(plot) => drawBand(plot, oldest, ranges, band)],
          draw: [(plot) => drawOut(plot, oldest, values, warn)],
        },
      },
      [oldest.map(({ at }) => at), values],
      frame,
    );
    return made;
  };
  let drawn: uPlot | undefined;
  const again = () => {
    drawn?.destroy();
    drawn = draw();
  };
  new ResizeObserver(() => frame.isConnected && again()).observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => frame.isConnected && again());
  const zoom = (factor: number) => {
    const { min, max } = drawn?.scales["x"] ?? {};
    if (drawn === undefined || min === undefined || max === undefined || min === null || max === null) return;
    const half = ((max - min) / 2) * factor;
    drawn.setScale("x", { min: (min + max) / 2 - half, max: (min + max) / 2 + half });
  };
  figure.append(
    h(
      "div",
      { class: "row no-print" },
      h("button", { type: "button", class: "small", onclick: () => zoom(0.5) }, t({ ja: "＋ 近づく", en: "+ closer" })),
      h("button", { type: "button", class: "small", onclick: () => zoom(2) }, t({ ja: "− 離れる", en: "− further" })),
      h("button", { type: "button", class: "small", onclick: again }, t({ ja: "すべて", en: "All" })),
    ),
    h(
      "details",
      {},
      h("summary", {}, t({ ja: "数値を表で見る", en: "See the values in a table" })),
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "group", "aria-label": name },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...[
                { ja: "日", en: "Day" },
                { ja: "値", en: "Value" },
                { ja: "基準の範囲", en: "Range" },
                { ja: "測ったところ", en: "Source" },
              ].map((head) => h("th", { scope: "col" }, t(head))),
            ),
          ),
          h(
            "tbody",
            {},
            ...series
              .slice(0, TABLE_ROWS)
              .map((entry) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, day(entry.date)),
                  h(
                    "td",
                    {},
                    entry.value,
                    entry.isOut === true && h("strong", { class: "out" }, t({ ja: "　▲ 範囲の外", en: " ▲ outside" })),
                  ),
                  h("td", {}, rangeText(rangeOf(entry.resource as Observation)) || "–"),
                  h("td", {}, entry.source ?? ""),
                ),
              ),
          ),
        ),
      ),
      series.length > TABLE_ROWS &&
        h(
          "p",
          { class: "quiet" },
          t(
            { ja: "新しい{count}件を表にしています。", en: "The table has the latest {count}." },
            { count: TABLE_ROWS },
          ),
        ),
    ),
  );
  return figure;
}

/** The tokens as the canvas needs them: it does not know `light-dark()`. */
function colours(
  frame: HTMLElement,
): readonly [text: string, line: string, key: string, band: string, warn: string, surface: string] {
  const probe = h("span", {});
  frame.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const found = [
    colour("text-quiet"),
    colour("line"),
    colour("key"),
    colour("ok-soft"),
    colour("warn-edge"),
    colour("surface"),
  ] as const;
  probe.remove();
  return found;
}

function rangeText({ low, high }: { readonly low?: number; readonly high?: number }): string {
  if (low !== undefined && high !== undefined) return `${low}–${high}`;
  if (low !== undefined) return t({ ja: "{low} 以上", en: "at least {low}" }, { low });
  return high === undefined ? "" : t({ ja: "{high} 以下", en: "at most {high}" }, { high });
}

function shortDay(at: number): string {
  return new Intl.DateTimeFormat(language(), { year: "numeric", month: "numeric", timeZone: "Asia/Tokyo" }).format(
    new Date(at * 1000),
  );
}

/** Room for the values and for the range beside them. */
function spread(
  low: number,
  high: number,
  ranges: readonly { readonly low?: number; readonly high?: number }[],
): [number, number] {
  const edges = ranges.flatMap(({ low, high }) => [low, high]).filter((edge) => edge !== undefined);
  const least = edges.reduce((one, other) => Math.min(one, other), low ?? 0);
  const most = edges.reduce((one, other) => Math.max(one, other), high ?? 1);
  const room = Math.max((most - least) * 0.1, 0.1);
  return [least - room, most + room];
}

/** The range of each stretch of time in which it is the same: laboratories change theirs. */
function drawBand(
  plot: uPlot,
  entries: readonly Entry[],
  ranges: readonly { readonly low?: number; readonly high?: number }[],
  colour: string,
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour;
  let begin = 0;
  for (let index = 1; index <= entries.length; index += 1) {
    const one = ranges[begin];
    const other = ranges[index];
    if (index < entries.length && one?.low === other?.low && one?.high === other?.high) continue;
    const bottom = plot.scales["y"]?.min ?? 0;
    const top = plot.scales["y"]?.max ?? 0;
    if (one !== undefined && (one.low !== undefined || one.high !== undefined)) {
      const left = begin === 0 ? bbox.left : plot.valToPos(entries[begin]?.at ?? 0, "x", true);
      const right =
        index === entries.length ? bbox.left + bbox.width : plot.valToPos(entries[index]?.at ?? 0, "x", true);
      const high = plot.valToPos(one.high ?? top, "y", true);
      const low = plot.valToPos(one.low ?? bottom, "y", true);
      ctx.fillRect(left, high, right - left, low - high);
    }
    begin = index;
  }
  ctx.restore();
}

function drawOut(plot: uPlot, entries: readonly Entry[], values: readonly (number | null)[], colour: string): void {
  const { ctx, bbox } = plot;
  const size = 7 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour;
  for (const [index, entry] of entries.entries()) {
    const value = values[index];
    if (entry.isOut !== true || value === null || value === undefined) continue;
    const x = plot.valToPos(entry.at, "x", true);
    const y = plot.valToPos(value, "y", true);
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y + size * 0.8);
    ctx.lineTo(x - size, y + size * 0.8);
    ctx.closePath();
    ctx.fill();
  }
  ctx.restore();
}
