/**
 * `ftclient ls`.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import type { FileInfo, Files } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { infoObject } from "../../format/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { localTime } from "../../format/times.ts";
import { paint } from "../../terminal/output.ts";
import { formatBytes } from "../../format/sizes.ts";

/** A path relative to the folder that was listed. */
function relativeName(path: string, dir: string): string {
  const steps = dir.split("/").filter((step) => step !== "" && step !== ".");
  const prefix = steps.map((step) => `${step}/`).join("");
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Lists a folder, or a single file. */
export async function runLs(context: ClientContext): Promise<number> {
  const { args, values, signal } = context;
  const dir = args[0] ?? ".";
  await using remote = await context.connect();
  for await (const [name, info] of entries(remote.files, dir, values.recursive, signal)) {
    printEntry(context, name, info);
  }
  return 0;
}

async function* entries(
  files: Files,
  dir: string,
  recursive: boolean,
  signal: AbortSignal,
): AsyncIterable<[name: string, info: FileInfo]> {
  let any = false;
  try {
    for await (const info of files.list(dir, { recursive, signal })) {
      any = true;
      yield [relativeName(info.path, dir), info];
    }
  } catch (error) {
    // Not a folder; try it as a file.
    if (any || !(hasCode(error, "usage") || hasCode(error, "not_found"))) throw error;
    const info = await files.stat(dir, { signal });
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
