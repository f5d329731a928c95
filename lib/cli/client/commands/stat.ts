/**
 * `ftclient stat`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { infoObject } from "../../format/info_object.ts";
import { isoTime } from "../../format/times.ts";
import { formatBytes } from "../../format/sizes.ts";

function sizeText(bytes: number): string {
  return bytes < 1024 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes} bytes)`;
}

/** Shows details of a file or folder. */
export async function runStat(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  await using remote = await context.connect();
  const info = await remote.files.stat(args[0]!, { signal });
  if (out.json) {
    const { executable, root } = info;
    out.object({ ...infoObject(info.path, info), executable, root });
    return 0;
  }
  const details: [string, string | undefined][] = [
    ["name", info.path],
    ["type", info.type],
    ["size", info.type === "dir" ? undefined : sizeText(info.bytes)],
    ["modified", isoTime(info.mtimeMs)],
    ["executable", info.type === "dir" ? undefined : info.executable ? "yes" : "no"],
    ["root", info.root],
  ];
  for (const [label, text] of details) {
    if (text !== undefined) out.line(`${label.padEnd(12)}${text}`);
  }
  return 0;
}
