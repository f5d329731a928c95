/**
 * What Tab offers in the shell: commands, names on the server, names here.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import type { Files } from "../../../service/files.ts";
import type { Completion } from "../../terminal/line_completion.ts";
import type { CommandRow } from "../../program/program_table.ts";
import { ALIASES, OWN_WORDS } from "./shell_line.ts";
import { fromCwd } from "./remote_path.ts";
import { escapeWord, takeApart } from "./shell_words.ts";

/** Names that are looked at, at most. */
const MAX_NAMES = 2000;

/** The words a line can begin with. */
function firstWords(commands: CompletionSource["commands"]): string[] {
  const words = [
    ...commands.filter(({ name, offline }) => !name.includes(" ") && !offline)
      .map(({ name }) => name),
    ...OWN_WORDS.map(([word]) => word),
    ...Object.keys(ALIASES),
  ];
  return [...new Set(words)].filter((word) => word !== "shell").sort();
}

/** Commands whose arguments are files here. */
const LOCAL = new Set(["put", "upload"]);

/** Where completions come from. */
export interface CompletionSource {
  /** The commands of the program. */
  readonly commands: readonly Pick<CommandRow<never>, "name" | "offline">[];
  /** Where the shell stands. */
  readonly cwd: string;
  /** The server's files. */
  readonly files: () => Promise<Files>;
}

/** Completes the text before the cursor. */
export async function completeLine(text: string, source: CompletionSource): Promise<Completion> {
  const { words, lastFrom, open } = takeApart(text);
  if (open) return { from: lastFrom, candidates: [] };
  const begun = lastFrom === text.length ? "" : words.at(-1)!;
  const position = lastFrom === text.length ? words.length : words.length - 1;
  const names = position === 0
    ? firstWords(source.commands)
    : LOCAL.has(words[0]!)
    ? await localNames(begun)
    : await remoteNames(begun, source);
  const fitting = names.filter((name) => name.startsWith(begun)).sort();
  return { from: lastFrom, candidates: position === 0 ? fitting : fitting.map(escapeWord) };
}

/** The folder of a name that is being typed, with its slash. */
const folderOf = (begun: string) => begun.slice(0, begun.lastIndexOf("/") + 1);

async function remoteNames(begun: string, { cwd, files }: CompletionSource): Promise<string[]> {
  const folder = folderOf(begun);
  const dir = fromCwd(cwd, folder);
  const names: string[] = [];
  for await (const { path, type } of (await files()).list(dir, { recursive: false })) {
    names.push(`${folder}${basename(path)}${type === "dir" ? "/" : ""}`);
    if (names.length >= MAX_NAMES) break;
  }
  return names;
}

async function localNames(begun: string): Promise<string[]> {
  const folder = folderOf(begun);
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder === "" ? "." : folder)) {
    names.push(`${folder}${name}${isDirectory ? "/" : ""}`);
    if (names.length >= MAX_NAMES) break;
  }
  return names;
}
