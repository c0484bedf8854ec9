import type { Language } from "@phr-link/sdk";

const ZONE = "Asia/Tokyo";

let chosen: Language = localStorage.getItem("language") === "en" ? "en" : "ja";
document.documentElement.lang = chosen;

export const language = (): Language => chosen;

export function choose(next: Language): void {
  chosen = next;
  localStorage.setItem("language", next);
  document.documentElement.lang = next;
}

/** A text of this screen in both languages, filled where it has a `{name}`. */
export function t(
  texts: Readonly<Record<Language, string>>,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return texts[chosen].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A FHIR date as a person reads it: a year, a month or a day; an instant is a day in Japan. */
export function day(date: string | undefined): string {
  if (date === undefined) return t({ ja: "日付なし", en: "no date" });
  if (date.includes("T")) return full(new Date(date));
  const [year, month, number] = date.split("-").map(Number);
  if (number !== undefined) return full(new Date(`${date}T12:00:00+09:00`));
  if (chosen === "ja") return `${year}年${month === undefined ? "" : `${month}月`}`;
  return month === undefined
    ? `${year}`
    : new Intl.DateTimeFormat("en", { year: "numeric", month: "long" }).format(new Date(year!, month - 1));
}

function full(date: Date): string {
  return new Intl.DateTimeFormat(chosen, { dateStyle: "long", timeZone: ZONE }).format(date);
}

/** A minute in Japan. */
export function minute(seconds: number): string {
  return new Intl.DateTimeFormat(chosen, { dateStyle: "long", timeStyle: "short", timeZone: ZONE }).format(
    new Date(seconds * 1000),
  );
}

/** The Japanese era of a year: 令和8年. */
export function era(year: number): string {
  const form = new Intl.DateTimeFormat(chosen === "ja" ? "ja-JP-u-ca-japanese" : "en-u-ca-japanese", {
    era: "long",
    year: "numeric",
    timeZone: ZONE,
  });
  return form.format(new Date(Date.UTC(year, 11, 1)));
}

/** The year in Japan of a moment in seconds; Japan has kept one time since 1952. */
export function yearOf(at: number): number {
  return new Date((at + 9 * 3_600) * 1000).getUTCFullYear();
}
