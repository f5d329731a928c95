/**
 * Lists names that a server has nothing but versions of.
 *
 * @module
 */

import { formatBytes } from "../../base/format_bytes.ts";
import type { DeletedEntry } from "../../service/files.ts";
import { deletedObject } from "../../service/version_objects.ts";
import { localTime } from "../format/times.ts";
import { paint, type Painted } from "../terminal/output.ts";
import type { ClientContext } from "./client_context.ts";

/** Lists them in the folder of the first argument, by default the top folder. */
export async function listDeleted(context: ClientContext): Promise<number> {
  const { args, out, signal, values: { recursive, long } } = context;
  const folder = (args[0] ?? ".").replace(/^(?:\.?\/+)+|\/+$/g, "") || ".";
  await using remote = await context.connect();
  for await (const entry of remote.versions.deleted(folder, { recursive, signal })) {
    if (out.json) out.object(deletedObject(entry));
    else out.line(long ? detailsOf(entry) : "", nameOf(entry, folder));
  }
  return 0;
}

function nameOf(entry: DeletedEntry, folder: string): string | Painted {
  const { path } = entry.type === "dir" ? entry.folder : entry.version;
  const name = folder === "." ? path : path.slice(folder.length + 1);
  return entry.type === "dir" ? paint("blue", `${name}/`) : name;
}

function detailsOf(entry: DeletedEntry): string {
  if (entry.type === "dir") {
    const { atMs, files } = entry.folder;
    const size = files === 1 ? "1 file" : `${files} files`;
    return `${size.padStart(11)}  ${localTime(atMs)}  `;
  }
  const { bytes, atMs } = entry.version;
  return `${formatBytes(bytes).padStart(11)}  ${localTime(atMs)}  `;
}
