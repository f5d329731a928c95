/**
 * `ftclient versions`.
 *
 * @module
 */

import { formatBytes } from "../../../base/format_bytes.ts";
import type { FileVersion } from "../../../service/files.ts";
import { versionObject } from "../../../service/version_objects.ts";
import { localTime } from "../../format/times.ts";
import { printTable } from "../../terminal/table.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachMatch } from "../for_each_name.ts";

const HEADINGS = ["REV", "UNTIL", "SIZE", "CAUSE", "BY", "ROOT"];
/** Characters of a root that are shown. */
const ROOT_CHARS = 16;

/** Lists the versions of names, the newest first. */
export async function runVersions(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  await using remote = await context.connect();
  // A name that was removed matches no pattern.
  return await forEachMatch(context, args.map((name) => ({ name })), async (name) => {
    const found = await remote.versions.of(name, { signal });
    // Nothing to list is an error only for a name that nothing has.
    if (found.length === 0) await remote.files.stat(name, { signal });
    if (args.length > 1 && !out.json) out.line(`${name}:`);
    if (out.json) found.forEach((version) => out.object(versionObject(version)));
    else printTable(out, HEADINGS, found.map(fieldsOf));
  });
}

function fieldsOf({ rev, atMs, bytes, cause, by, root = "" }: FileVersion): string[] {
  return [String(rev), localTime(atMs), formatBytes(bytes), cause, by, root.slice(0, ROOT_CHARS)];
}
