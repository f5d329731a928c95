/**
 * Words with a slash, which are commands among lines of chat.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import { didYouMean } from "./nearest.ts";

/**
 * The refusal of an unknown word, which names the nearest and all known ones.
 *
 * @param known The commands, with their arguments: `/kick NAME`.
 */
export function unknownSlashWord(word: string, known: readonly string[]): FtError {
  const name = escapeControls(word.slice(0, 80));
  const meant = didYouMean(word, known.map((command) => command.split(" ")[0]!));
  const message = `unknown command: ${name}${meant} (commands: ${known.join(", ")})`;
  return new FtError("usage", message, { name });
}
