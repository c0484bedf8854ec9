import type { Language } from "../types.js";

const ZONE = "Asia/Tokyo";
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than using it a thousand times. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, made);
  return made;
}

function instant(at: number | string): Date {
  return new Date(typeof at === "number" ? at * 1000 : at);
}

/** A day in Japan, with the era in Japanese: 2027年3月31日（令和9年）. */
export function longDay(at: number | string, language: Language): string {
  const date = instant(at);
  const day = format(language, { dateStyle: "long", timeZone: ZONE }).format(date);
  if (language === "en") return day;
  const era = format("ja-JP-u-ca-japanese", { era: "long", year: "numeric", timeZone: ZONE });
  return `${day}（${era.format(date)}）`;
}

/** A minute in Japan. */
export function minute(at: number | string, language: Language): string {
  return format(language, { dateStyle: "long", timeStyle: "short", timeZone: ZONE }).format(instant(at));
}

/** A day as a detail writes it, `YYYY-MM-DD`; no instant, so no zone. */
export function plainDay(day: string, language: Language): string {
  return format(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** Today in Japan, as a detail writes it. */
export function today(now: number = Date.now()): string {
  return format("sv-SE", { timeZone: ZONE }).format(new Date(now));
}
