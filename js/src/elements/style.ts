// The public theming surface: custom properties `--phr-link-*`, set on the element or above it.
// Plain light colours come first: a browser that does not know `light-dark()` drops the whole line.
const COLOURS = {
  surface: ["#ffffff", "#202326"],
  sunken: ["#f5f5f3", "#181a1c"],
  text: ["#1a1a1a", "#f2f2f2"],
  "text-quiet": ["#4d4d4d", "#c4c8cc"],
  line: ["#cccccc", "#4b5156"],
  "line-strong": ["#666666", "#9aa0a6"],
  key: ["#0b5c4b", "#7fd6bf"],
  "on-key": ["#ffffff", "#10211d"],
  "key-soft": ["#e7f3ef", "#1d332d"],
  ok: ["#115a36", "#8fdcb0"],
  warn: ["#6e5600", "#f0d58a"],
  bad: ["#a90000", "#ffb4ab"],
  agent: ["#41048e", "#d9c7ff"],
  "agent-soft": ["#f1eafa", "#2c2140"],
  "bad-soft": ["#fdeeee", "#3a1f1f"],
  focus: ["#000000", "#ffd43d"],
  "focus-gap": ["#ffd43d", "#000000"],
} as const;

const plain = Object.entries(COLOURS).map(([name, [light]]) => `--_${name}: var(--phr-link-${name}, ${light});`);
const both = Object.entries(COLOURS).map(
  ([name, [light, dark]]) => `--_${name}: var(--phr-link-${name}, light-dark(${light}, ${dark}));`,
);

const RULES = `
:host { display: block; ${plain.join(" ")} --_font: var(--phr-link-font, system-ui, "Hiragino Sans", "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", sans-serif); --_mono: var(--phr-link-font-mono, ui-monospace, "Noto Sans Mono CJK JP", monospace);
  color: var(--_text); font: 400 1.0625rem/1.7 var(--_font); container-type: inline-size; line-break: strict; overflow-wrap: anywhere; text-wrap: pretty; text-autospace: normal; }
@supports (color: light-dark(#000, #fff)) { :host { ${both.join(" ")} } }
:host([hidden]) { display: none; }
:lang(ja) { word-break: auto-phrase; }
* { box-sizing: border-box; }
h1, h2, h3, p, ul, ol, dl, dd, fieldset, figure, pre { margin: 0; padding: 0; border: 0; }
h1 { font-size: clamp(1.5rem, 1.2rem + 2cqi, 2rem); line-height: 1.4; }
h2 { font-size: 1.375rem; line-height: 1.45; }
h3 { font-size: 1.125rem; line-height: 1.5; }
ul, ol { list-style: none; }
a { color: var(--_key); text-underline-offset: 0.2em; }
small, .quiet { color: var(--_text-quiet); font-size: 0.9375rem; }
.whole { white-space: nowrap; }
.stack > * + * { margin-block-start: 1rem; }
.card { background: var(--_surface); border: 1px solid var(--_line); border-radius: var(--phr-link-radius-card, 12px); padding: clamp(1rem, 4cqi, 2rem); }
.card + .card, .part { margin-block-start: 1.5rem; }
.card > .part { border-block-start: 1px solid var(--_line); padding-block-start: 1.5rem; }
h2 + h3, h2 + p, h2 + ul { margin-block-start: 0.5rem; }
article.card { content-visibility: auto; contain-intrinsic-block-size: auto 24rem; }
.banner { display: grid; grid-template-columns: auto 1fr; gap: 0.75rem; padding: 1rem; margin-block-end: 1.5rem; background: var(--_agent-soft); color: var(--_agent); border: 2px solid var(--_agent); border-radius: var(--phr-link-radius-card, 12px); }
.banner .icon { inline-size: 2rem; block-size: 2rem; }
.icon { inline-size: 1.25em; block-size: 1.25em; flex: none; fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; vertical-align: -0.25em; }
.mark { display: inline-flex; gap: 0.375rem; align-items: baseline; font-weight: 700; }
.mark .icon { align-self: center; }
.is-ok { color: var(--_ok); } .is-warn { color: var(--_warn); } .is-off { color: var(--_text-quiet); } .is-bad { color: var(--_bad); }
.facts { margin-block-start: 0.75rem; }
.facts > div { display: grid; grid-template-columns: minmax(7em, 11em) 1fr; gap: 0.25rem 1.5rem; padding-block: 0.625rem; border-block-end: 1px solid var(--_line); }
.facts > div:last-child { border-block-end: 0; }
.facts dt { font-weight: 700; }
@container (max-width: 30rem) { .facts > div { grid-template-columns: 1fr; } }
.switches { margin-block-start: 0.75rem; min-inline-size: 0; }
.switch { display: grid; grid-template-columns: 1fr auto; gap: 0.5rem 1rem; align-items: center; padding-block: 0.75rem; border-block-end: 1px solid var(--_line); cursor: pointer; }
.switches > :last-child { border-block-end: 0; }
.switch b { display: block; }
.switch .state { display: grid; justify-items: center; gap: 0.25rem; min-inline-size: 4.5rem; min-block-size: 44px; align-content: center; font-size: 0.9375rem; }
.switch input { appearance: none; position: relative; margin: 0; inline-size: 3.5rem; block-size: 2rem; border: 2px solid var(--_line-strong); border-radius: 1rem; background: var(--_surface); cursor: pointer; }
.switch input::before { content: ""; position: absolute; inset-block: 0.25rem; inset-inline-start: 0.25rem; inline-size: 1.25rem; border-radius: 50%; background: var(--_line-strong); print-color-adjust: exact; }
.switch input:checked { background: var(--_key); border-color: var(--_key); }
.switch input:checked::before { inset-inline-start: auto; inset-inline-end: 0.25rem; background: var(--_on-key); }
.switch input:checked + span { font-weight: 700; color: var(--_key); }
.pick { display: grid; grid-template-columns: auto 1fr; gap: 0.75rem; align-items: center; min-block-size: 44px; padding-block: 0.25rem; cursor: pointer; }
.pick input { inline-size: 1.5rem; block-size: 1.5rem; margin: 0; accent-color: var(--_key); }
input[type="date"], input[type="text"], textarea, select { font: inherit; color: inherit; background: var(--_surface); border: 1px solid var(--_line-strong); border-radius: var(--phr-link-radius, 8px); padding: 0.5rem 0.75rem; min-block-size: 44px; max-inline-size: 100%; }
textarea { inline-size: 100%; min-block-size: 8rem; font-family: var(--_mono); font-size: 0.9375rem; line-height: 1.5; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); gap: 1rem; margin-block-start: 1rem; }
button { min-block-size: 48px; padding: 0.5rem 1rem; border: 2px solid var(--_key); border-radius: var(--phr-link-radius, 8px); background: var(--_surface); color: var(--_key); font: inherit; font-weight: 700; line-height: 1.4; cursor: pointer; }
button span { display: block; font-weight: 400; font-size: 0.9375rem; }
button:hover { background: var(--_key-soft); }
button[aria-busy="true"] { cursor: progress; }
.plain { border-width: 1px; font-weight: 400; min-block-size: 44px; }
:focus-visible { outline: 4px solid var(--_focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--_focus-gap); border-radius: 4px; }
h1:focus, h2:focus, h3:focus { outline: none; box-shadow: none; }
.switch input:focus-visible { border-radius: 1rem; }
details > summary { display: flex; gap: 0.375rem; align-items: center; inline-size: fit-content; min-block-size: 44px; color: var(--_key); cursor: pointer; text-decoration: underline; text-underline-offset: 0.2em; }
details > :not(summary) { margin-block-start: 0.25rem; }
pre { white-space: pre-wrap; font: inherit; }
.mono { font-family: var(--_mono); font-size: 0.9375rem; }
.raw { padding: 0.875rem 1rem; background: var(--_sunken); border: 1px solid var(--_line); border-radius: var(--phr-link-radius, 8px); font: 0.9375rem/1.6 var(--_mono); white-space: pre-wrap; }
.alert { padding: 0.75rem 1rem; border-inline-start: 6px solid var(--_bad); background: var(--_bad-soft); color: var(--_bad); }
.dots > li { padding-inline-start: 1.25em; position: relative; }
.dots > li::before { content: "・"; position: absolute; inset-inline-start: 0; }
.answers + p { margin-block-start: 0.75rem; }
.rows > li { padding-block: 0.75rem; border-block-end: 1px solid var(--_line); }
.rows > li:last-child { border-block-end: 0; }
.two { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); }
[role="status"]:not(:empty) { margin-block-start: 1rem; padding: 0.75rem 1rem; border-inline-start: 6px solid var(--_warn); background: var(--_sunken); font-weight: 700; }
@media (prefers-reduced-motion: no-preference) { .switch input { transition: background-color 0.12s; } }
@media (forced-colors: active) {
  .switch input::before { background: ButtonText; forced-color-adjust: none; }
  .switch input:checked { background: Highlight; forced-color-adjust: none; }
}
@media print {
  :host { color-scheme: light; }
  .answers, [role="status"]:empty { display: none; }
  .card { border: 0; padding: 0; break-inside: auto; }
  .facts > div, .switch, .rows > li { break-inside: avoid; }
  details:not([open]) > :not(summary) { display: revert; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** The one stylesheet of all elements; a page's policy for styles does not concern it. */
export function style(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
  }
  return sheet;
}
