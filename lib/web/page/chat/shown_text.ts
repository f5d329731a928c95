/**
 * Text of others as it is shown: nothing in it can move, hide or reverse what is around it.
 *
 * @module
 */

import { escapeControls } from "../../../base/text.ts";

/** Characters of a message that are shown at first. */
const SHORT_CHARS = 1200;
const SHORT_LINES = 20;

/** A message: only its line ends remain, everything else that is a control is escaped. */
export function shownText(text: string): string {
  return text.split(/\r\n|\n/).map((line) => escapeControls(line.replaceAll("\t", "  ")))
    .join("\n");
}

/** A name, on one line. */
export function shownName(name: string): string {
  return escapeControls(name);
}

/** The beginning of a text that is too long to be shown whole; `undefined` if it is not. */
export function beginningOf(text: string): string | undefined {
  const lines = text.split("\n", SHORT_LINES + 1);
  const beginning = lines.slice(0, SHORT_LINES).join("\n").slice(0, SHORT_CHARS).toWellFormed();
  return beginning.length < text.length ? `${beginning}…` : undefined;
}
