import type { Language } from "../types.js";

const ZONE = "Asia/Tokyo";

function instant(at: number | string): Date {
  return new Date(typeof at === "number" ? at * 1000 : at);
}

/** A day in Japan, with the era in Japanese: 2027年3月31日（令和9年）. */
export function longDay(at: number | string, language: Language): string {
  const date = instant(at);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: ZONE }).format(date);
  if (language === "en") return day;
  const era = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", timeZone: ZONE });
  return `${day}（${era.format(date)}）`;
}

/** A minute in Japan. */
export function minute(at: number | string, language: Language): string {
  const form = { dateStyle: "long", timeStyle: "short", timeZone: ZONE } as const;
  return new Intl.DateTimeFormat(language, form).format(instant(at));
}

/** A day as a detail writes it, `YYYY-MM-DD`; no instant, so no zone. */
export function plainDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** Today in Japan, as a detail writes it. */
export function today(now: number = Date.now()): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(new Date(now));
}
