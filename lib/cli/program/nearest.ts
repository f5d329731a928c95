/**
 * The word that a user probably meant.
 *
 * @module
 */

/** The number of edits (insert, delete, replace, swap neighbours) between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replace, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/**
 * Finds the candidate nearest to a word.
 *
 * @returns `undefined` when none is near enough.
 *
 * @example
 * ```ts
 * import { nearest } from "./nearest.ts";
 *
 * if (nearest("recursvie", ["rename", "recursive"]) !== "recursive") throw new Error();
 * ```
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > 64) return undefined;
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of candidates) {
    // A prefix of three letters counts as one edit: `over` for `overwrite`.
    const begins = word.length >= 3 && candidate.startsWith(word);
    const edits = begins ? 1 : distance(word, candidate);
    if (edits < fewest && edits < candidate.length) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** The end of a message that names the nearest word: `; did you mean --dir?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ""): string {
  const found = nearest(word, candidates);
  return found === undefined ? "" : `; did you mean ${prefix}${found}?`;
}
