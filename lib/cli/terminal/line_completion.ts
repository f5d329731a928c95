/**
 * Tab completion of a line.
 *
 * @module
 */

import { type LineState, replaceRange } from "./line_editor.ts";

/** The candidates for the word before the cursor. */
export interface Completion {
  /** The offset of the word in the line. */
  readonly from: number;
  /** The words that may replace it, as they must be typed. */
  readonly candidates: readonly string[];
}

/** Most candidates that are shown. */
const MAX_SHOWN = 100;

/** The longest prefix of all texts. */
function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
}

/**
 * Completes a line: by the whole of a single candidate, or by the common prefix of several. If that
 * adds nothing, the candidates are returned as choices to show.
 */
export function completeWord(
  state: LineState,
  { from, candidates }: Completion,
): { readonly state: LineState; readonly choices: readonly string[] } {
  if (candidates.length === 0) return { state, choices: [] };
  const typed = state.text.slice(from, state.cursor);
  const [only] = candidates;
  const whole = candidates.length === 1 ? (only!.endsWith("/") ? only! : `${only} `) : undefined;
  const replacement = whole ?? commonPrefix(candidates);
  if (replacement.length > typed.length) {
    return { state: replaceRange(state, from, state.cursor, replacement), choices: [] };
  }
  const more = candidates.length - MAX_SHOWN;
  const shown = candidates.slice(0, MAX_SHOWN);
  return { state, choices: more > 0 ? [...shown, `and ${more} more`] : shown };
}
