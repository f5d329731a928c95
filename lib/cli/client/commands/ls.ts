/**
 * `ftclient ls`.
 *
 * @module
 */

import type { FileInfo, HeldLock } from "../../../service/files.ts";
import type { ClientContext } from "../client_context.ts";
import { listDeleted } from "../list_deleted.ts";
import { listFolder } from "../list_folder.ts";
import { collectEntries, inOrder, type ListedEntry } from "../listed_entries.ts";
import { drawTree } from "../listing_tree.ts";
import { infoObject } from "../../../service/info_object.ts";
import { modeText } from "../../format/modes.ts";
import { formatClock, localTime } from "../../format/times.ts";
import { paint } from "../../terminal/output.ts";
import { formatBytes } from "../../../base/format_bytes.ts";

/** Lists a folder, or a single file. */
export function runLs(context: ClientContext): Promise<number> {
  const { values, out } = context;
  if (values.deleted) return listDeleted(context);
  const recursive = values.recursive || values.tree;
  const namesOnly = !values.long && !out.json && values.sort === "name";
  return listFolder(context, { recursive, namesOnly }, async (entries, top) => {
    if (values.tree && !context.out.json) return await printTree(context, entries, top);
    for await (const batch of inOrder(values.sort, entries, top)) {
      for (const { name, info } of batch) printEntry(context, name, info);
    }
  });
}

/** The folder's path or the pattern is the first line; a file has only its own. */
async function printTree(
  context: ClientContext,
  entries: AsyncIterable<ListedEntry>,
  top: string,
): Promise<void> {
  const collected = await collectEntries(entries, top);
  const [first] = collected;
  if (first?.info.path === top) return printEntry(context, first.name, first.info);
  context.out.line(paint("blue", top));
  for (const { branch, name, info } of drawTree(collected, context.values.sort)) {
    printEntry(context, name, info, branch);
  }
}

function printEntry(
  { out, values }: ClientContext,
  name: string,
  info: FileInfo,
  branch = "",
): void {
  if (out.json) return out.object(infoObject(name, info));
  const before = `${values.long ? detailsOf(info) : ""}${branch}`;
  const after = values.long && info.lock !== undefined ? [paint("dim", lockText(info.lock))] : [];
  out.line(before, info.type === "dir" ? paint("blue", `${name}/`) : name, ...after);
}

function lockText({ holder, leftMs }: HeldLock): string {
  return `  locked by ${holder}, ${formatClock(leftMs / 1000)} left`;
}

function detailsOf({ type, bytes, mtimeMs, mode }: FileInfo): string {
  const size = type === "dir" ? "-" : formatBytes(bytes);
  const bits = mode === undefined ? "" : `${modeText(mode)}  `;
  return `${size.padStart(11)}  ${localTime(mtimeMs)}  ${bits}`;
}
