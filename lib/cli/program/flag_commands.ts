/**
 * The commands that do what a flag does: `help` and `version`.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import type { CommandRow } from "./program_table.ts";

/** A command that stands for a flag of the same name. */
export type FlagCommand = Pick<CommandRow<never>, "name" | "summary" | "usage">;

/** They end the list of commands in help, completions and manual pages of both programs. */
export const FLAG_COMMANDS: readonly FlagCommand[] = [
  { name: "help", summary: "print help, or the help of a command", usage: "[COMMAND]" },
  { name: "version", summary: "print the version", usage: "" },
];

/** The flag that a line's first word stands for. */
export function flagOfWord(word: string | undefined): string | undefined {
  return FLAG_COMMANDS.find(({ name }) => name === word)?.name;
}

/** Checks that nothing follows a command that stands for a flag. @throws `usage`. */
export function refuseMore(name: string, rest: readonly string[]): void {
  if (rest.length === 0) return;
  const extra = escapeControls(rest[0]!.slice(0, 80));
  throw new FtError("usage", `${name} takes no more arguments: ${extra}`, { name: extra });
}
