/**
 * Names that look alike: skeletons and mixed scripts, as in UTS 39
 * (https://www.unicode.org/reports/tr39/).
 *
 * @module
 */

import { CONFUSABLES } from "./confusables.ts";
import { foldCase } from "./fold_case.ts";

/** Text that no normalization changes; most names are such text. */
// deno-lint-ignore no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Blanks that are no white space, or that NFKC keeps. */
const BLANKS = /[ \u1680\u2800]+/g;

let prototypes: ReadonlyMap<string, string> | undefined;

/** Decodes the table at its first use. */
function readPrototypes(): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  let point = 0;
  for (const entry of CONFUSABLES.trim().split(/\s/)) {
    const [distance, prototype] = entry.split(":");
    point += parseInt(distance!, 36);
    const points = prototype!.split(".").map((digits) => parseInt(digits, 36));
    map.set(String.fromCodePoint(point), String.fromCodePoint(...points));
  }
  return map;
}

/**
 * The skeleton of a text: texts with the same one look alike. It is only for comparing.
 *
 * @example
 * ```ts
 * import { skeletonOf } from "./lookalikes.ts";
 *
 * if (skeletonOf("\u0430n\u200ba") !== "ana") throw new Error();
 * ```
 */
export function skeletonOf(text: string): string {
  prototypes ??= readPrototypes();
  const map = prototypes;
  const replaced = (visible: string) => visible.replace(/./gsu, (one) => map.get(one) ?? one);
  if (ASCII.test(text)) return replaced(text);
  return replaced(text.normalize("NFKD").replace(INVISIBLE, "")).normalize("NFD");
}

/** The capitals that the small capitals of phonetic alphabets look like; UTS 39 has few of them. */
const SMALL_CAPITALS = new Map(
  [..."ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"].map((small, i) => [small, "ABCDEFGHIJKLMNOPQRSTUVWYZ"[i]!]),
);

/** Skeletons of which at least one is equal for two names that look alike in any case. */
export type CaselessSkeletons = readonly [string, string, string];

/** Makes the skeletons of a name in any case. */
export function caselessSkeletons(name: string): CaselessSkeletons {
  const plain = [...name].map((character) => SMALL_CAPITALS.get(character) ?? character).join("");
  return [
    foldCase(skeletonOf(plain)),
    skeletonOf(foldCase(plain)),
    skeletonOf(plain.toUpperCase()),
  ];
}

/** Whether two names look alike, or differ in case alone. */
export function looksLike(one: string, other: string): boolean {
  const others = caselessSkeletons(other);
  return caselessSkeletons(one).some((skeleton, i) => skeleton === others[i]);
}

/**
 * Normalizes a name to NFKC, without characters that are invisible by default, and with one space
 * for each run of blanks.
 */
export function visibleForm(name: string): string {
  const visible = name.toWellFormed().normalize("NFKD").replace(INVISIBLE, "");
  return visible.normalize("NFKC").replace(BLANKS, " ").trim();
}

/** The recommended scripts of UAX 31, table 5. */
const SCRIPTS = [
  ..."Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek".split(" "),
  ..."Gujarati Gurmukhi Hangul Han Hebrew Hiragana Kannada Katakana Khmer Lao Latin".split(" "),
  ..."Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan".split(" "),
];
/** Scripts that are written together. */
const TOGETHER = ["Latin Han Hiragana Katakana", "Latin Han Bopomofo", "Latin Han Hangul"];

interface ScriptRules {
  readonly recommended: RegExp;
  readonly allowed: readonly RegExp[];
}

let rules: ScriptRules | undefined;

/** Compiles the rules at their first use, as that takes some milliseconds. */
function compileRules(): ScriptRules {
  const together = TOGETHER.map((scripts) => only(scripts.split(" ")));
  const one = SCRIPTS.map((script) => `\\p{Script=${script}}`);
  return {
    recommended: new RegExp(`[${one.join("")}]`, "u"),
    allowed: [...SCRIPTS.map((script) => only([script])), ...together],
  };
}

function only(scripts: readonly string[]): RegExp {
  const all = ["Common", "Inherited", ...scripts].map((script) =>
    `\\p{Script_Extensions=${script}}`
  );
  return new RegExp(`^[${all.join("")}]*$`, "u");
}

/**
 * Whether a text mixes scripts that are not written together, as imitations do: the restriction
 * level of UTS 39 is below "highly restrictive". Scripts that are not in common use count as one.
 */
export function mixesScripts(text: string): boolean {
  if (ASCII.test(text)) return false;
  const { recommended, allowed } = rules ??= compileRules();
  return recommended.test(text) && !allowed.some((script) => script.test(text));
}
