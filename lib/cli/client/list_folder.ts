/**
 * Lists the folder that a command names, a single file, or all that matches a pattern.
 *
 * @module
 */

import { Batched, batchesOf } from "../../base/batched.ts";
import { EXIT_CODES, hasCode } from "../../base/errors.ts";
import { matchedNames } from "../../client/transfer/matched_names.ts";
import type { Files, ListOptions, OnLeftOut } from "../../service/files.ts";
import { reportError } from "../terminal/error_report.ts";
import type { ClientContext } from "./client_context.ts";
import type { ListedEntry } from "./listed_entries.ts";

/** Prints a listing. `top` is the path of what is listed, as entries have it. */
export type PrintListing = (entries: Batched<ListedEntry>, top: string) => Promise<void>;

/** The extent of a listing. */
export interface Wanted {
  /** Whether everything below the folder is listed. */
  readonly recursive: boolean;
  /** Whether only names and types are printed. @default {false} */
  readonly namesOnly?: boolean;
}

/**
 * Connects and lists what the first argument names, by default the top folder. Entries that the
 * listing leaves out are reported after it.
 *
 * @returns The exit code.
 */
export async function listFolder(
  context: ClientContext,
  wanted: Wanted,
  print: PrintListing,
): Promise<number> {
  const { args, signal, out } = context;
  const dir = args[0] ?? ".";
  const leftOut: unknown[] = [];
  const onLeftOut: OnLeftOut = (_path, error) => leftOut.push(error);
  await using remote = await context.connect();
  const listed = batches(remote.files, dir, { ...wanted, signal, onLeftOut });
  await print(new Batched(listed), plainPath(dir));
  for (const error of leftOut) reportError("ftclient", error, out);
  return leftOut.length === 0 ? 0 : EXIT_CODES.partial;
}

/** A typed path as a server writes it: `./a/` is `a`. */
function plainPath(dir: string): string {
  return dir.split("/").filter((step) => step !== "" && step !== ".").join("/") || ".";
}

/** Returns the function that makes paths relative to the folder that was listed. */
function relativeTo(dir: string): (path: string) => string {
  const top = plainPath(dir);
  return (path) => top !== "." && path.startsWith(`${top}/`) ? path.slice(top.length + 1) : path;
}

/** The entries of a folder, a single file, or the names that match a pattern, from the root. */
async function* batches(
  files: Files,
  typed: string,
  options: ListOptions & { readonly onLeftOut: OnLeftOut },
): AsyncIterable<readonly ListedEntry[]> {
  const { recursive, onLeftOut, signal } = options;
  const matches = await matchedNames(files, [typed], { take: recursive ? "trees" : "all", signal });
  for (const match of matches) {
    const { name } = match;
    if ("error" in match) {
      if (matches.length === 1) throw match.error;
      onLeftOut(name, match.error);
    } else if (match.info === undefined) {
      yield* folderEntries(files, name, options);
    } else {
      yield [{ name, info: match.info }];
      if (!recursive || match.info.type !== "dir") continue;
      for await (const infos of batchesOf(files.list(name, options))) {
        yield infos.map((info) => ({ name: info.path, info }));
      }
    }
  }
}

async function* folderEntries(
  files: Files,
  dir: string,
  options: ListOptions,
): AsyncIterable<readonly ListedEntry[]> {
  let any = false;
  const nameOf = relativeTo(dir);
  try {
    for await (const infos of batchesOf(files.list(dir, options))) {
      any = true;
      yield infos.map((info) => ({ name: nameOf(info.path), info }));
    }
  } catch (error) {
    // Not a folder; try it as a file.
    if (any || !(hasCode(error, "usage") || hasCode(error, "not_found"))) throw error;
    const info = await files.stat(dir, options);
    if (info.type !== "file") throw error;
    yield [{ name: dir, info }];
  }
}
