/**
 * `ftclient stat`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { infoObject } from "../../format/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { isoTime } from "../../format/times.ts";
import { formatBytes } from "../../../base/format_bytes.ts";

function sizeText(bytes: number): string {
  return bytes < 1024 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes} bytes)`;
}

/** Shows details of a file or folder. */
export async function runStat(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  await using remote = await context.connect();
  const info = await remote.files.stat(args[0]!, { signal });
  if (out.json) {
    const { executable, mode, root } = info;
    const octal = mode?.toString(8).padStart(4, "0");
    out.object({ ...infoObject(info.path, info), executable, mode: octal, root });
    return 0;
  }
  const details: [string, string | undefined][] = [
    ["name", info.path],
    ["type", info.type],
    ["size", info.type === "dir" ? undefined : sizeText(info.bytes)],
    ["modified", isoTime(info.mtimeMs)],
    ["executable", info.type === "dir" ? undefined : info.executable ? "yes" : "no"],
    ["mode", info.mode === undefined ? undefined : modeText(info.mode)],
    ["root", info.root],
  ];
  for (const [label, text] of details) {
    if (text !== undefined) out.line(`${label.padEnd(12)}${text}`);
  }
  return 0;
}
