/**
 * Comparison of names as a file system may compare them, which ignores case.
 *
 * File systems differ: NTFS compares upper case, APFS and ext4 use the full case folding of
 * Unicode, HFS+ and ext4 also ignore characters without a visible form. A denial must hold on all of
 * them, so a name is folded as far as any of them does; a few more names become equal, too.
 *
 * @module
 */

import { isWithin } from "./is_within.ts";
import { isAscii } from "./text.ts";

const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** The lower case of some letters depends on their neighbours, or keeps a dot that others lose. */
const FINAL_SIGMA = /ς/g;
const DOT_ABOVE_I = /i\u0307/g;

/**
 * Folds a name: all spellings that differ in case, composition or invisible characters become one.
 *
 * @example
 * ```ts
 * import { foldCase } from "./fold_case.ts";
 *
 * if (foldCase("Straße") !== foldCase("STRASSE")) throw new Error();
 * if (foldCase("\u212Aelvin") !== foldCase("kelvin")) throw new Error();
 * ```
 */
export function foldCase(name: string): string {
  if (isAscii(name)) return name.toLowerCase();
  const visible = name.normalize("NFD").replace(INVISIBLE, "");
  // Upper case unites what lower case alone does not: ß and ss, ſ and s, ς and σ.
  const folded = visible.toLowerCase().toUpperCase().toLowerCase().normalize("NFD")
    .replace(FINAL_SIGMA, "σ").replace(DOT_ABOVE_I, "i").normalize("NFC");
  // Without its invisible characters this would be no name, or that of another folder.
  return /^\.{0,2}$/.test(folded) ? name : folded;
}

/** Folds each name of a path. The result has as many names. */
export function foldPath(path: string): string {
  return isAscii(path) ? path.toLowerCase() : path.split("/").map(foldCase).join("/");
}

/** Whether `path` is `folder` or below it, in any spelling. */
export function isWithinAnyCase(folder: string, path: string): boolean {
  return isWithin(folder, path) || isWithin(foldPath(folder), foldPath(path));
}
