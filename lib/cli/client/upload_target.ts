/**
 * Where an upload goes: `--to`, or a URL in the place of `--to`, `--as` or the last argument.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { dirname } from "@std/path/posix/dirname";
import { FtError } from "../../base/errors.ts";
import { isRemoteUrl } from "../../client/remote/remote_url.ts";
import type { Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";

/** An upload as typed. */
interface Upload extends Options<ClientValues> {
  /** Local files. */
  readonly args: readonly string[];
}

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/** Takes a URL from the end of the arguments. */
function splitArguments(
  args: readonly string[],
): { readonly files: readonly string[]; readonly url: string | undefined } {
  const last = args.at(-1)!;
  const [files, url] = isRemoteUrl(last) ? [args.slice(0, -1), last] : [args, undefined];
  if (files.length === 0) throw usage("put needs FILE… before the URL", "put");
  if (files.some(isRemoteUrl)) throw usage("put takes one URL, as its last argument", "put");
  return { files, url };
}

/** A folder, or the folder of the one source if the path ends with the name of that. */
function folderFor(path: string, files: readonly string[]): string {
  const isItsName = files.length === 1 && !path.endsWith("/") &&
    basename(path) === basename(files[0]!);
  return isItsName ? dirname(path) : path.replace(/\/+$/, "");
}

/**
 * Finds the local files of an upload, and sets `to` and `as`.
 *
 * @param pathOf Resolves a name on the server, or a URL.
 * @throws `usage` when the target is given twice.
 */
export function uploadTarget(
  { args, values, sources }: Upload,
  pathOf: (name: string) => string,
): Pick<Upload, "args" | "values"> {
  const { files, url } = splitArguments(args);
  const { as } = values;
  const fullName = as !== undefined && (isRemoteUrl(as) || as.startsWith("/")) ? as : undefined;
  const places = [
    ...(sources.to === "flag" ? ["--to"] : []),
    ...(fullName === undefined ? [] : [`the ${fullName.startsWith("/") ? "/" : "URL"} of --as`]),
    ...(url === undefined ? [] : ["the URL at the end"]),
  ];
  if (places.length > 1) {
    throw usage(`${places[0]} and ${places[1]} are mutually exclusive`, "to");
  }
  if (fullName !== undefined) {
    const path = pathOf(fullName);
    return { args: files, values: { ...values, to: dirname(path), as: basename(path) } };
  }
  const to = url ?? values.to ?? ".";
  const path = pathOf(to);
  const folder = url !== undefined && as === undefined ? folderFor(path, files) : path;
  return { args: files, values: { ...values, to: folder } };
}
