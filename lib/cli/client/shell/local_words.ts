/**
 * Expands the words of a line that mean local files, as other shells do: `~` and patterns.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { MAX_LISTED_NAMES } from "../../../base/limits.ts";
import { lstatOrNull } from "../../../base/missing_files.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { globMatcher, isGlob } from "../../../client/transfer/glob.ts";
import type { Word } from "./tokenize.ts";

/** Replaces a leading `~` that is neither quoted nor escaped by the home folder. */
export function expandHome({ text, pattern }: Word, home: string | undefined): string {
  return home !== undefined && /^~(?=\/|$)/.test(pattern) ? home + text.slice(1) : text;
}

/**
 * Expands a word into the local files that match. One that exists as typed is no pattern.
 *
 * @throws `not_found` if nothing matches, `usage` for an invalid pattern.
 */
export async function expandPattern(word: Word, home: string | undefined): Promise<string[]> {
  const path = expandHome(word, home);
  if (!isGlob(word.pattern) || lstatOrNull(path) !== null) return [path];
  const pattern = expandHome({ text: word.pattern, pattern: word.pattern }, home);
  const names = pattern.split("/");
  const fixed = names.findIndex((name) => isGlob(name) || name.includes("\\"));
  const folder = names.slice(0, fixed).join("/");
  const below = names.slice(fixed).join("/");
  const prefix = fixed === 0 ? "" : `${folder}/`;
  const found = await matchesBelow(prefix, globMatcher(below), /\/|\*\*/.test(below));
  if (found.length > 0) return found.sort();
  throw new FtError("not_found", `not found: nothing matches ${word.text}`, { name: word.text });
}

/** The matching names below a folder; hidden ones do not match, as in other shells. */
async function matchesBelow(
  prefix: string,
  matches: (path: string) => boolean,
  recursive: boolean,
): Promise<string[]> {
  const found: string[] = [];
  const folders = [""];
  let seen = 0;
  for (const folder of folders) {
    for await (const { name, isDirectory } of entries(`${prefix}${folder}`)) {
      if (++seen > MAX_LISTED_NAMES) throw new FtError("limit", "too many names for a pattern");
      if (name.startsWith(".")) continue;
      const path = `${folder}${name}`;
      if (matches(path)) found.push(`${prefix}${path}`);
      if (recursive && isDirectory) folders.push(`${path}/`);
    }
  }
  return found;
}

async function* entries(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder || ".");
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder || "."}`, folder);
  }
}
