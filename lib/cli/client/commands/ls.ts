/**
 * `ftclient ls`.
 *
 * @module
 */

import type { FileInfo } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { listFolder } from "../list_folder.ts";
import { inOrder } from "../listed_entries.ts";
import { infoObject } from "../../format/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { localTime } from "../../format/times.ts";
import { paint } from "../../terminal/output.ts";
import { formatBytes } from "../../../base/format_bytes.ts";

/** Lists a folder, or a single file. */
export function runLs(context: ClientContext): Promise<number> {
  const { values } = context;
  return listFolder(context, values.recursive, async (entries, top) => {
    for await (const [name, info] of inOrder(values.sort, entries, top)) {
      printEntry(context, name, info);
    }
  });
}

function printEntry({ out, values }: ClientContext, name: string, info: FileInfo): void {
  const dir = info.type === "dir";
  const size = dir ? "-" : formatBytes(info.bytes);
  const mode = info.mode === undefined ? "" : `${modeText(info.mode)}  `;
  const details = values.long ? `${size.padStart(11)}  ${localTime(info.mtimeMs)}  ${mode}` : "";
  out.result(infoObject(name, info), details, dir ? paint("blue", `${name}/`) : name);
}
