/**
 * The line being typed, as a pure state machine: a key turns one state into the next, and a state
 * is rendered to text.
 *
 * Written by hand because the prompts of `@std/cli` own the terminal while they wait, and messages
 * must be able to appear above the line being typed.
 *
 * @module
 */

import { MAX_TYPED_LINE_CHARS } from "../../base/limits.ts";
import type { Key, KeyName } from "./keys.ts";
import type { PromptLine } from "./live_region.ts";
import { textWidth } from "../format/text_width.ts";

/** The line and its history. */
export interface LineState {
  readonly text: string;
  /** The offset where text is inserted, on a grapheme boundary. */
  readonly cursor: number;
  /** Entered lines, oldest first. */
  readonly history: readonly string[];
  /** The index of the entry being shown; `history.length` for the new line. */
  readonly recalled: number;
  /** The new line, while an entry is shown. */
  readonly draft: string;
}

/** An action that a key requests from the editor's owner. */
export type Outcome = "entered" | "complete" | "interrupt" | "eof" | "clear" | "search";

/** The result of a key. */
export interface Edited {
  readonly state: LineState;
  readonly outcome?: Outcome;
}

/** Most lines in the history. */
export const MAX_RECALLED = 1000;

/** An empty line over a history. */
export function newLine(history: readonly string[] = []): LineState {
  return { text: "", cursor: 0, history, recalled: history.length, draft: "" };
}

/** Adds a line to the history, except blank lines and repeats of the last one. */
export function remember(history: readonly string[], line: string): readonly string[] {
  if (line.trim() === "" || history.at(-1) === line) return history;
  return [...history, line].slice(-MAX_RECALLED);
}

const graphemes = new Intl.Segmenter();

/** The offsets of all grapheme boundaries, from 0 to the end. */
function boundaries(text: string): number[] {
  return [...[...graphemes.segment(text)].map(({ index }) => index), text.length];
}

const before = ({ text, cursor }: LineState) => boundaries(text).findLast((at) => at < cursor) ?? 0;
const after = ({ text, cursor }: LineState) =>
  boundaries(text).find((at) => at > cursor) ?? text.length;

function wordBefore({ text, cursor }: LineState): number {
  return cursor - (/\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
}

function wordAfter({ text, cursor }: LineState): number {
  return cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

/** Replaces `[from, to)`, and puts the cursor after the replacement. */
export function replaceRange(state: LineState, from: number, to: number, by: string): LineState {
  const text = state.text.slice(0, from) + by + state.text.slice(to);
  if (text.length > MAX_TYPED_LINE_CHARS) return state;
  return { ...state, text, cursor: from + by.length };
}

function recall(state: LineState, step: -1 | 1): LineState {
  const recalled = state.recalled + step;
  if (recalled < 0 || recalled > state.history.length) return state;
  const draft = state.recalled === state.history.length ? state.text : state.draft;
  const text = recalled === state.history.length ? draft : state.history[recalled]!;
  return { ...state, draft, recalled, text, cursor: text.length };
}

const OUTCOMES: Partial<Record<KeyName, Outcome>> = {
  enter: "entered",
  tab: "complete",
  interrupt: "interrupt",
  clear: "clear",
  search: "search",
};

/**
 * Applies a key to the line.
 *
 * @example
 * ```ts
 * import { edit, newLine } from "./line_editor.ts";
 *
 * const typed = edit(newLine(), { text: "hi" }).state;
 * if (edit(typed, { name: "backspace" }).state.text !== "h") throw new Error();
 * ```
 */
export function edit(state: LineState, key: Key): Edited {
  if ("text" in key) {
    return { state: replaceRange(state, state.cursor, state.cursor, key.text) };
  }
  if (key.name === "eof" && state.text === "") return { state, outcome: "eof" };
  const outcome = OUTCOMES[key.name];
  return outcome === undefined ? { state: move(state, key.name) } : { state, outcome };
}

function move(state: LineState, name: KeyName): LineState {
  const { text, cursor } = state;
  switch (name) {
    case "backspace":
      return replaceRange(state, before(state), cursor, "");
    case "delete":
    case "eof":
      return { ...replaceRange(state, cursor, after(state), ""), cursor };
    case "left":
      return { ...state, cursor: before(state) };
    case "right":
      return { ...state, cursor: after(state) };
    case "wordLeft":
      return { ...state, cursor: wordBefore(state) };
    case "wordRight":
      return { ...state, cursor: wordAfter(state) };
    case "home":
      return { ...state, cursor: 0 };
    case "end":
      return { ...state, cursor: text.length };
    case "up":
      return recall(state, -1);
    case "down":
      return recall(state, 1);
    case "killWord":
      return replaceRange(state, wordBefore(state), cursor, "");
    case "killStart":
      return replaceRange(state, 0, cursor, "");
    case "killEnd":
      return { ...replaceRange(state, cursor, text.length, ""), cursor };
    default:
      return state;
  }
}

/**
 * Renders a prompt and the line in one row; a line that is too long shows the part at the cursor.
 *
 * @param columns The row's width; the last column stays free.
 */
export function renderLine(state: LineState, prompt: string, columns: number): PromptLine {
  const room = Math.max(columns - 1 - textWidth(prompt), 4);
  const left = fitEnd(state.text.slice(0, state.cursor), room - 1);
  const right = fitStart(state.text.slice(state.cursor), room - textWidth(left));
  return { text: `${prompt}${left}${right}`, column: textWidth(prompt) + textWidth(left) };
}

/** The longest end of a text that fits. */
function fitEnd(text: string, columns: number): string {
  const at = boundaries(text).find((from) => textWidth(text.slice(from)) <= columns);
  return text.slice(at ?? text.length);
}

/** The longest start of a text that fits. */
function fitStart(text: string, columns: number): string {
  const at = boundaries(text).findLast((to) => textWidth(text.slice(0, to)) <= columns);
  return text.slice(0, at ?? 0);
}
