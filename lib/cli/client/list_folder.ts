/**
 * Lists the folder that a command names, or a single file.
 *
 * @module
 */

import { EXIT_CODES, hasCode } from "../../base/errors.ts";
import type { Files, ListOptions, OnLeftOut } from "../../service/files.ts";
import { reportError } from "../terminal/error_report.ts";
import type { ClientContext } from "./client_context.ts";
import type { ListedEntry } from "./listed_entries.ts";

/** Prints a listing. `top` is the path of what is listed, as entries have it. */
export type PrintListing = (entries: AsyncIterable<ListedEntry>, top: string) => Promise<void>;

/**
 * Connects and lists what the first argument names, by default the top folder. Entries that the
 * listing leaves out are reported after it.
 *
 * @param recursive Whether everything below the folder is listed.
 * @returns The exit code.
 */
export async function listFolder(
  context: ClientContext,
  recursive: boolean,
  print: PrintListing,
): Promise<number> {
  const { args, signal, out } = context;
  const dir = args[0] ?? ".";
  const leftOut: unknown[] = [];
  const onLeftOut: OnLeftOut = (_path, error) => leftOut.push(error);
  await using remote = await context.connect();
  await print(entries(remote.files, dir, { recursive, signal, onLeftOut }), plainPath(dir));
  for (const error of leftOut) reportError("ftclient", error, out);
  return leftOut.length === 0 ? 0 : EXIT_CODES.partial;
}

/** A typed path as a server writes it: `./a/` is `a`. */
function plainPath(dir: string): string {
  return dir.split("/").filter((step) => step !== "" && step !== ".").join("/") || ".";
}

/** A path relative to the folder that was listed. */
function relativeName(path: string, dir: string): string {
  const top = plainPath(dir);
  return top !== "." && path.startsWith(`${top}/`) ? path.slice(top.length + 1) : path;
}

async function* entries(
  files: Files,
  dir: string,
  options: ListOptions,
): AsyncIterable<ListedEntry> {
  let any = false;
  try {
    for await (const info of files.list(dir, options)) {
      any = true;
      yield { name: relativeName(info.path, dir), info };
    }
  } catch (error) {
    // Not a folder; try it as a file.
    if (any || !(hasCode(error, "usage") || hasCode(error, "not_found"))) throw error;
    const info = await files.stat(dir, options);
    if (info.type !== "file") throw error;
    yield { name: dir, info };
  }
}
