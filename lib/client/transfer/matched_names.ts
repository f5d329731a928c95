/**
 * Finds the names on a server that a command means: a name as typed, or all that match a pattern.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { MAX_LISTED_CHARS, MAX_LISTED_NAMES } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { CallOptions, FileInfo, Files } from "../../service/files.ts";
import { type StorePath, storePath } from "../../storage/store_path.ts";
import { globMatcher, isGlob } from "./glob.ts";
import { pathBelow } from "./listed_path.ts";

/** A name on the server; `info` is there if a pattern matched it. */
export interface FoundName {
  readonly name: string;
  readonly info?: FileInfo | undefined;
}

/** A name, or the reason why there is none. */
export type MatchedName = FoundName | { readonly name: string; readonly error: FtError };

/** Options of {@linkcode matchedNames}. */
export interface MatchOptions extends CallOptions {
  /**
   * The matches of a pattern that count: `all` names; `files`, and folders only where no file matches; or
   * `trees`, for commands that take a folder with everything below it, so that names below a folder
   * that matches are not named again.
   */
  readonly take: "all" | "files" | "trees";
}

/**
 * Finds the names that a command means. A name that exists exactly as typed is no pattern; over a
 * dialect that cannot list, no name is.
 *
 * @returns In the order of `names`. A pattern without a match is a `not_found` that names it.
 * @throws A retryable error, such as a lost connection; the signal's reason.
 */
export async function matchedNames(
  files: Files,
  names: readonly string[],
  options: MatchOptions,
): Promise<MatchedName[]> {
  const all: MatchedName[] = [];
  const matched = new Set<string>();
  for (const typed of names) {
    for (const match of await matchesOf(files, typed, options)) {
      // Patterns overlap, but names that are typed twice are meant twice.
      const isNew = match.name === typed || !matched.has(match.name);
      if (isNew) all.push(match);
      matched.add(match.name);
    }
  }
  return all;
}

/**
 * Finds the only name that a command means.
 *
 * @throws `usage` for a pattern with several matches, and the error of a name that has none.
 */
export async function soleName(files: Files, typed: string, call?: CallOptions): Promise<string> {
  const matches = await matchedNames(files, [typed], { ...call, take: "all" });
  const match = matches[0]!;
  if (matches.length > 1) throw severalMatches(typed, matches.length);
  if ("error" in match) throw match.error;
  return match.name;
}

/** The error for a pattern with several matches where one name is meant. */
export function severalMatches(typed: string, count: number): FtError {
  return new FtError("usage", `${count} names match ${typed}, where one is meant`, { name: typed });
}

async function matchesOf(
  files: Files,
  typed: string,
  options: MatchOptions,
): Promise<readonly MatchedName[]> {
  if (!isGlob(typed)) return [{ name: typed }];
  try {
    if (await exists(files, typed, options)) return [{ name: typed }];
    const matches = chosen(await listMatches(files, typed, options), options.take);
    if (matches.length > 0) return matches;
    throw new FtError("not_found", `not found: nothing matches ${typed}`, { name: typed });
  } catch (thrown) {
    options.signal?.throwIfAborted();
    const error = asFtError(thrown, undefined, typed);
    if (error.retryable) throw error;
    return [{ name: typed, error }];
  }
}

async function exists(files: Files, path: string, { signal }: CallOptions): Promise<boolean> {
  try {
    await files.stat(path, { signal });
    return true;
  } catch (error) {
    // A legacy dialect has no details of files.
    if (hasCode(error, "not_found") || hasCode(error, "protocol")) return false;
    throw error;
  }
}

/** A character that a name has only in a pattern, or to escape one. */
const SPECIAL = /[*?[{\\]/;

/** The folder to list for a pattern, and the pattern below it. */
async function splitPattern(
  files: Files,
  typed: string,
  call: CallOptions,
): Promise<{ folder: StorePath; below: string }> {
  const names = typed.split("/").filter((name) => name !== "" && name !== ".");
  let depth = 0;
  for (; depth < names.length - 1; depth++) {
    // Folders, too, may have such characters in their names.
    const path = names.slice(0, depth + 1).join("/");
    if (SPECIAL.test(names[depth]!) && !await exists(files, path, call)) break;
  }
  return {
    folder: storePath(names.slice(0, depth).join("/") || "."),
    below: names.slice(depth).join("/"),
  };
}

async function listMatches(
  files: Files,
  typed: string,
  { signal }: CallOptions,
): Promise<MatchedName[]> {
  const exact = storePath(typed);
  const { folder, below } = await splitPattern(files, typed, { signal });
  const matches = globMatcher(below);
  const found: MatchedName[] = [];
  let chars = 0;
  const add = (match: MatchedName) => {
    chars += match.name.length;
    if (found.length >= MAX_LISTED_NAMES || chars > MAX_LISTED_CHARS) {
      throw new FtError("limit", `too many names match ${typed}`, { name: typed });
    }
    found.push(match);
  };
  const leftOut: MatchedName[] = [];
  const prefix = folder === "." ? "" : `${folder}/`;
  const onLeftOut = (name: string, error: Error) => {
    const isMatch = name.startsWith(prefix) && matches(name.slice(prefix.length));
    if (isMatch) leftOut.push({ name, error: asFtError(error) });
  };
  const recursive = /\/|\*\*/.test(below);
  let listed = false;
  try {
    for await (const info of files.list(folder, { recursive, signal, onLeftOut })) {
      listed = true;
      if (info.path === exact) return [{ name: typed }];
      if (matches(pathBelow(folder, info.path))) add({ name: info.path, info });
    }
  } catch (error) {
    if (listed) throw error;
    // The folder is missing or a file; or the dialect cannot list, so that the name is as typed.
    if (hasCode(error, "not_found") || hasCode(error, "usage")) return [];
    if (hasCode(error, "protocol")) return [{ name: typed }];
    throw error;
  }
  leftOut.forEach(add);
  return found;
}

function chosen(matches: readonly MatchedName[], take: MatchOptions["take"]) {
  if (take === "all") return matches;
  const isFolder = (match: MatchedName) => "info" in match && match.info?.type === "dir";
  const folders = new Set(matches.filter(isFolder).map(({ name }) => name));
  if (take === "files") {
    return folders.size === matches.length ? matches : matches.filter((match) => !isFolder(match));
  }
  return matches.filter(({ name }) => !parents(name).some((parent) => folders.has(parent)));
}

/** The folders above a path, without the root. */
function parents(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join("/"));
}
