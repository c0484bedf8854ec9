import { value } from "./core.js";
import type { CategoryCode } from "./generated/codes.js";
import type { Actor, Detail, Language, Purpose, Role } from "./types.js";
import { catalogue } from "./verify.js";

/** A word of a closed vocabulary in both languages. */
export interface Word<C extends string = string> {
  readonly code: C;
  readonly ja: string;
  readonly en: string;
}

/** The closed vocabularies, in the words of the summary that a person signs. */
export interface Words {
  readonly actions: readonly Word<"list" | "read">[];
  readonly bases: readonly Word[];
  readonly deident: readonly Word<Detail["deident"]>[];
  readonly exclude: readonly Word<Detail["exclude"][number]>[];
  readonly frequency: readonly Word<Detail["frequency"]>[];
  readonly handling: readonly Word<Detail["handling"]>[];
  readonly on_end: readonly Word<Detail["on_end"]>[];
  readonly purposes: readonly Word<Purpose>[];
  readonly roles: readonly Word<Role | Actor["role"]>[];
}

let kept: Words | undefined;
let labels: ReadonlyMap<string, Word> | undefined;

/**
 * The closed vocabularies, in Japanese and English.
 *
 * @example
 * words().purposes.find(({ code }) => code === "self-view")?.ja; // あなたが自分で見るため
 * @see the specification, section 11
 */
export function words(): Words {
  kept ??= value<Words>({ op: "words" });
  return kept;
}

/**
 * The word for a code of one vocabulary; the code itself where there is none, so that nothing is
 * hidden.
 *
 * @example
 * say("on_end", "erase", "ja"); // 消します
 */
export function say(vocabulary: keyof Words, code: string, language: Language): string {
  return words()[vocabulary].find((word) => word.code === code)?.[language] ?? code;
}

/**
 * The name of a category of records.
 *
 * @example
 * categoryName("allergy", "ja"); // アレルギー情報
 */
export function categoryName(code: CategoryCode, language: Language): string {
  labels ??= new Map(catalogue().categories.map((category) => [category.code, category]));
  return labels.get(code)?.[language] ?? code;
}
