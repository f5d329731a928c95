/**
 * Makes `lib/base/confusables.ts` from the data of Unicode:
 *
 *     deno task confusables FILE
 *
 * FILE is `confusables.txt` of <https://www.unicode.org/Public/17.0.0/security/>, with a version that
 * the runtime has (`process.versions.unicode`).
 *
 * @module
 */

import { join } from "node:path";

const TARGET = join(import.meta.dirname!, "../lib/base/confusables.ts");
const LINE_CHARS = 98;

/** The characters of a skeleton that replace one character. */
type Prototypes = ReadonlyMap<number, readonly number[]>;

/**
 * Parses `confusables.txt`. Characters that no normalized name has are left out: those that NFKD
 * replaces, and those that are invisible by default.
 *
 * @throws {Error} When the file has no such data.
 *
 * @example
 * ```ts
 * import { parseConfusables } from "./confusables.ts";
 *
 * const { prototypes } = parseConfusables("# Version: 17.0.0\n0430 ;\t0061 ;\tMA\t# a\n");
 * if (prototypes.get(0x430)?.[0] !== 0x61) throw new Error();
 * ```
 */
export function parseConfusables(text: string): { version: string; prototypes: Prototypes } {
  const version = /^# Version: ([\d.]+)/m.exec(text)?.[1];
  const prototypes = new Map<number, readonly number[]>();
  for (const [, from, to] of text.matchAll(/^([0-9A-F]+)\s*;\s*([0-9A-F ]+?)\s*;\s*MA/gm)) {
    const character = textOf(from!);
    if (character !== character.normalize("NFKD")) continue;
    if (/\p{Default_Ignorable_Code_Point}/u.test(character)) continue;
    prototypes.set(character.codePointAt(0)!, pointsOf(textOf(to!).normalize("NFD")));
  }
  if (version === undefined || prototypes.size === 0) throw new Error("not confusables.txt");
  return { version, prototypes };
}

/**
 * Encodes the table, ordered by character: `distance:prototype` and spaces, where the distance is
 * from the character before; numbers are in base 36, those of a prototype separated by dots.
 */
export function encodeConfusables(prototypes: Prototypes): string[] {
  const lines = [""];
  let before = 0;
  for (const [point, prototype] of [...prototypes].sort(([a], [b]) => a - b)) {
    const entry = `${(point - before).toString(36)}:${
      prototype.map((p) => p.toString(36)).join(".")
    }`;
    before = point;
    const line = `${lines.at(-1)} ${entry}`.trimStart();
    if (line.length <= LINE_CHARS) lines[lines.length - 1] = line;
    else lines.push(entry);
  }
  return lines;
}

function textOf(hex: string): string {
  return String.fromCodePoint(...hex.trim().split(/\s+/).map((point) => parseInt(point, 16)));
}

function pointsOf(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0)!);
}

function sourceOf(version: string, lines: readonly string[]): string {
  return `/**
 * Characters that look like others. Made by \`deno task confusables\`: do not edit.
 *
 * Derived from https://www.unicode.org/Public/${version}/security/confusables.txt, copyright © Unicode,
 * Inc., under the Unicode License v3 (https://www.unicode.org/license.txt).
 *
 * @module
 */

/**
 * The prototypes of UTS 39, ordered by character: \`distance:prototype\`, where the distance is from
 * the character before; numbers are in base 36, those of a longer prototype separated by dots.
 */
export const CONFUSABLES = \`
${lines.join("\n")}
\`;
`;
}

if (import.meta.main) {
  const [file] = Deno.args;
  if (file === undefined) throw new Error("usage: deno task confusables FILE");
  const { version, prototypes } = parseConfusables(await Deno.readTextFile(file));
  await Deno.writeTextFile(TARGET, sourceOf(version, encodeConfusables(prototypes)));
  console.log(`${prototypes.size} characters of Unicode ${version}`);
}
