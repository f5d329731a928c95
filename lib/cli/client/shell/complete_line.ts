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
import { expandHome } from "./local_words.ts";
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
  /** The home folder, which `~` stands for. @default `~` stands for itself */
  readonly home?: string | undefined;
  /** Connects to the files on the server. */
  readonly files: () => Promise<Files>;
}

/** Completes the text before the cursor. */
export async function completeLine(text: string, source: CompletionSource): Promise<Completion> {
  const { words, lastFrom, open, quote } = tokenize(text);
  const none = { from: lastFrom, candidates: [] };
  // A quote within a word, and an escape at the end of the line, are left alone.
  if (open && (quote === "" || text[lastFrom] !== quote)) return none;
  const last = lastFrom === text.length ? undefined : words.at(-1)!;
  const partial = last?.text ?? "";
  const position = lastFrom === text.length ? words.length : words.length - 1;
  const names = position === 0
    ? firstWords(source.commands)
    : LOCAL.has(words[0]!.text)
    ? await localNames(partial, last === undefined ? "" : expandHome(last, source.home))
    : await remoteNames(partial, source);
  // A name with control characters cannot be typed.
  const matching = names.filter((name) => name.startsWith(partial) && !hasControl(name)).sort();
  const candidates = position === 0 ? matching : matching.map((name) => escapeWord(name, quote));
  return { from: lastFrom, candidates };
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

/** @param expanded The same with the home folder instead of `~`. */
async function localNames(partial: string, expanded: string): Promise<string[]> {
  const folder = folderOf(partial);
  const path = folderOf(expanded) || ".";
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      names.push(`${folder}${name}${isDirectory ? "/" : ""}`);
      if (names.length >= MAX_NAMES) break;
    }
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  return names;
}
