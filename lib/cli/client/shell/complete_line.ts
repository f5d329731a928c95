/**
 * Tab completion of the shell: commands, names on the server, local names.
 *
 * @module
 */

import { asFtError } from "../../../base/os_errors.ts";
import { basename } from "@std/path/posix/basename";
import { hasControl } from "../../../base/text.ts";
import type { Files } from "../../../service/files.ts";
import type { Completion } from "../../terminal/line_completion.ts";
import type { CommandRow } from "../../program/program_table.ts";
import { remotePath } from "./remote_path.ts";
import { ALIASES, SHELL_COMMANDS } from "./shell_line.ts";
import { escapeWord, tokenize } from "./tokenize.ts";

/** Most names of a folder that are read. */
const MAX_NAMES = 2000;

/** The words that can begin a line. */
function firstWords(commands: CompletionSource["commands"]): string[] {
  const words = [
    ...commands.filter(({ name, offline }) => !name.includes(" ") && !offline)
      .map(({ name }) => name),
    ...SHELL_COMMANDS.map(([word]) => word),
    ...Object.keys(ALIASES),
  ];
  return [...new Set(words)].filter((word) => word !== "shell").sort();
}

/** Commands whose arguments are local files. */
const LOCAL = new Set(["put", "upload"]);

/** The sources of completions. */
export interface CompletionSource {
  /** The commands of the program. */
  readonly commands: readonly Pick<CommandRow<never>, "name" | "offline">[];
  /** The current folder on the server. */
  readonly cwd: string;
  /** Connects to the files on the server. */
  readonly files: () => Promise<Files>;
}

/** Completes the text before the cursor. */
export async function completeLine(text: string, source: CompletionSource): Promise<Completion> {
  const { words, lastFrom, open } = tokenize(text);
  if (open) return { from: lastFrom, candidates: [] };
  const partial = lastFrom === text.length ? "" : words.at(-1)!;
  const position = lastFrom === text.length ? words.length : words.length - 1;
  const names = position === 0
    ? firstWords(source.commands)
    : LOCAL.has(words[0]!)
    ? await localNames(partial)
    : await remoteNames(partial, source);
  // A name with control characters cannot be typed.
  const matching = names.filter((name) => name.startsWith(partial) && !hasControl(name)).sort();
  return { from: lastFrom, candidates: position === 0 ? matching : matching.map(escapeWord) };
}

/** The folder part of a partial name, with its slash. */
const folderOf = (partial: string) => partial.slice(0, partial.lastIndexOf("/") + 1);

async function remoteNames(partial: string, { cwd, files }: CompletionSource): Promise<string[]> {
  const folder = folderOf(partial);
  const dir = remotePath(cwd, folder);
  const names: string[] = [];
  for await (const { path, type } of (await files()).list(dir, { recursive: false })) {
    names.push(`${folder}${basename(path)}${type === "dir" ? "/" : ""}`);
    if (names.length >= MAX_NAMES) break;
  }
  return names;
}

async function localNames(partial: string): Promise<string[]> {
  const folder = folderOf(partial);
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder || ".")) {
      names.push(`${folder}${name}${isDirectory ? "/" : ""}`);
      if (names.length >= MAX_NAMES) break;
    }
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder || "."}`, folder);
  }
  return names;
}
