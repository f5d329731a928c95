/**
 * `ftclient stat`.
 *
 * @module
 */

import type { FileInfo } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachName } from "../for_each_name.ts";
import { infoObject } from "../../../service/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { isoTime } from "../../../base/iso_time.ts";
import { formatClock } from "../../format/times.ts";
import type { Output } from "../../terminal/output.ts";
import { formatBytes } from "../../../base/format_bytes.ts";

function sizeText(bytes: number): string {
  return bytes < 1024 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes} bytes)`;
}

/** Shows details of files and folders. */
export async function runStat(context: ClientContext): Promise<number> {
  const { out, signal } = context;
  await using remote = await context.connect();
  const { files } = remote;
  let any = false;
  const action = async (name: string) => {
    const info = await files.stat(name, { signal });
    if (any && !out.json) out.line("");
    any = true;
    printDetails(out, info);
  };
  return await forEachName(context, { files, take: "all", action });
}

function printDetails(out: Output, info: FileInfo): void {
  if (out.json) {
    const { executable, mode, root } = info;
    const octal = mode?.toString(8).padStart(4, "0");
    return out.object({ ...infoObject(info.path, info), executable, mode: octal, root });
  }
  const details: [string, string | undefined][] = [
    ["name", info.path],
    ["type", info.type],
    ["size", info.type === "dir" ? undefined : sizeText(info.bytes)],
    ["modified", isoTime(info.mtimeMs)],
    ["executable", info.type === "dir" ? undefined : info.executable ? "yes" : "no"],
    ["mode", info.mode === undefined ? undefined : modeText(info.mode)],
    ["root", info.root],
    ["locked by", info.lock?.holder],
    ["time left", info.lock && formatClock(info.lock.leftMs / 1000)],
  ];
  for (const [label, text] of details) {
    if (text !== undefined) out.line(`${label.padEnd(12)}${text}`);
  }
}
