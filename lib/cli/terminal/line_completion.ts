/**
 * What Tab makes of a line.
 *
 * @module
 */

import { type LineState, replaceRange } from "./line_editor.ts";

/** What the text from an offset to the cursor may become. */
export interface Completion {
  /** Where the word begins. */
  readonly from: number;
  /** What may stand there instead, as it is to be typed. */
  readonly candidates: readonly string[];
}

/** Candidates that are shown, at most. */
const MAX_SHOWN = 100;

/** The longest text that all begin with. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
}

/**
 * Completes a line: a single candidate whole, several as far as they agree. What cannot be decided
 * is given back to be shown.
 */
export function completed(
  state: LineState,
  { from, candidates }: Completion,
): { readonly state: LineState; readonly choices: readonly string[] } {
  if (candidates.length === 0) return { state, choices: [] };
  const typed = state.text.slice(from, state.cursor);
  const [only] = candidates;
  const whole = candidates.length === 1 ? (only!.endsWith("/") ? only! : `${only} `) : undefined;
  const agreed = whole ?? commonPrefix(candidates);
  if (agreed.length > typed.length) {
    return { state: replaceRange(state, from, state.cursor, agreed), choices: [] };
  }
  const more = candidates.length - MAX_SHOWN;
  const shown = candidates.slice(0, MAX_SHOWN);
  return { state, choices: more > 0 ? [...shown, `and ${more} more`] : shown };
}
