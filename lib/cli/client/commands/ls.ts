/**
 * `ftclient ls`.
 *
 * @module
 */

import { EXIT_CODES, hasCode } from "../../../base/errors.ts";
import type { FileInfo, Files, ListOptions, OnLeftOut } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { inOrder, type ListedEntry } from "../listed_entries.ts";
import { infoObject } from "../../format/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { localTime } from "../../format/times.ts";
import { reportError } from "../../terminal/error_report.ts";
import { paint } from "../../terminal/output.ts";
import { formatBytes } from "../../../base/format_bytes.ts";

/** A path relative to the folder that was listed. */
function relativeName(path: string, dir: string): string {
  const steps = dir.split("/").filter((step) => step !== "" && step !== ".");
  const prefix = steps.map((step) => `${step}/`).join("");
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Lists a folder, or a single file. */
export async function runLs(context: ClientContext): Promise<number> {
  const { args, values, signal, out } = context;
  const dir = args[0] ?? ".";
  const leftOut: unknown[] = [];
  const onLeftOut: OnLeftOut = (_path, error) => leftOut.push(error);
  const options = { recursive: values.recursive, signal, onLeftOut };
  await using remote = await context.connect();
  const listed = entries(remote.files, dir, options);
  for await (const [name, info] of inOrder(values.sort, listed, dir)) {
    printEntry(context, name, info);
  }
  for (const error of leftOut) reportError("ftclient", error, out);
  return leftOut.length === 0 ? 0 : EXIT_CODES.partial;
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
      yield [relativeName(info.path, dir), info];
    }
  } catch (error) {
    // Not a folder; try it as a file.
    if (any || !(hasCode(error, "usage") || hasCode(error, "not_found"))) throw error;
    const info = await files.stat(dir, options);
    if (info.type !== "file") throw error;
    yield [dir, info];
  }
}

function printEntry({ out, values }: ClientContext, name: string, info: FileInfo): void {
  const dir = info.type === "dir";
  const size = dir ? "-" : formatBytes(info.bytes);
  const mode = info.mode === undefined ? "" : `${modeText(info.mode)}  `;
  const details = values.long ? `${size.padStart(11)}  ${localTime(info.mtimeMs)}  ${mode}` : "";
  out.result(infoObject(name, info), details, dir ? paint("blue", `${name}/`) : name);
}
