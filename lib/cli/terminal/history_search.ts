/**
 * Searching the history of typed lines backwards, as `^R` does in other shells: a pure state machine.
 *
 * @module
 */

import type { Key } from "./keys.ts";
import type { LineState } from "./line_editor.ts";

/** A search. */
export interface HistorySearch {
  /** The text that an entry must contain. */
  readonly query: string;
  /** The index of the entry that was found; that of the newest, plus one, before any was. */
  readonly found: number;
}

/** The result of a key. */
export interface SearchStep {
  /** The search as it goes on; it has ended if absent. */
  readonly search?: HistorySearch;
  readonly line: LineState;
  /** Whether the key ended the search without effect, and now edits the line that was found. */
  readonly passOn?: true;
}

/** Starts a search. */
export function startSearch({ history }: LineState): HistorySearch {
  return { query: "", found: history.length };
}

/**
 * Applies a key to a search: text extends the query, `^R` finds the next older entry, `^C` returns to
 * the line as it was, and every other key takes the entry.
 *
 * @example
 * ```ts
 * import { searchKey, startSearch } from "./history_search.ts";
 * import { newLine } from "./line_editor.ts";
 *
 * const line = newLine(["get a.txt", "ls"]);
 * const { search } = searchKey(startSearch(line), { text: "a.t" }, line);
 * if (search?.found !== 0) throw new Error();
 * ```
 */
export function searchKey(search: HistorySearch, key: Key, line: LineState): SearchStep {
  const { query, found } = search;
  if ("text" in key) return { search: find(query + key.text, found, line), line };
  switch (key.name) {
    case "search":
      return { search: find(query, found - 1, line), line };
    case "backspace":
      return { search: find([...query].slice(0, -1).join(""), line.history.length, line), line };
    case "interrupt":
      return { line };
    default:
      return { line: takeFound(search, line), passOn: true };
  }
}

/** The newest entry with the text, from an index on; if there is none, the last one stays. */
function find(query: string, from: number, { history }: LineState): HistorySearch {
  if (query === "") return { query, found: history.length };
  for (let at = Math.min(from, history.length - 1); at >= 0; at--) {
    if (history[at]!.includes(query)) return { query, found: at };
  }
  return { query, found: Math.min(from + 1, history.length) };
}

/** The line with the entry that was found in its place. */
export function takeFound({ query, found }: HistorySearch, line: LineState): LineState {
  const text = line.history[found];
  if (text === undefined) return line;
  return { ...line, text, cursor: Math.max(0, text.indexOf(query)), recalled: found };
}
