/**
 * `ftclient du`.
 *
 * @module
 */

import { formatBytes } from "../../../base/format_bytes.ts";
import type { ClientContext } from "../client_context.ts";
import { listFolder } from "../list_folder.ts";
import type { ListedEntry } from "../listed_entries.ts";

/** A folder with everything below it. */
interface FolderSize {
  /** Its path on the server. */
  readonly name: string;
  /** Bytes of the content of all files. */
  bytes: number;
  /** The number of files. */
  files: number;
}

/** Prints the sizes of a folder and of all folders below it, each after the ones inside it. */
export function runDu(context: ClientContext): Promise<number> {
  const { out } = context;
  return listFolder(context, { recursive: true }, async (entries, top) => {
    for await (const folder of folderSizes(entries, top)) {
      out.result(folder, `${formatBytes(folder.bytes).padStart(11)}  ${folder.name}`);
    }
  });
}

/** Adds up a recursive listing. Only the folders around the current entry are in memory. */
async function* folderSizes(
  entries: AsyncIterable<ListedEntry>,
  top: string,
): AsyncIterable<FolderSize> {
  const open: FolderSize[] = [{ name: top, bytes: 0, files: 0 }];
  for await (const { info: { path, type, bytes } } of entries) {
    while (open.length > 1 && !isBelow(path, open.at(-1)!.name)) yield closeLast(open);
    if (type === "dir") open.push({ name: path, bytes: 0, files: 0 });
    else add(open.at(-1)!, { bytes, files: 1 });
  }
  while (open.length > 0) yield closeLast(open);
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** Ends the innermost folder: its files are also those of the one around it. */
function closeLast(open: FolderSize[]): FolderSize {
  const folder = open.pop()!;
  const outer = open.at(-1);
  if (outer !== undefined) add(outer, folder);
  return folder;
}

function add(folder: FolderSize, { bytes, files }: Pick<FolderSize, "bytes" | "files">): void {
  folder.bytes += bytes;
  folder.files += files;
}
