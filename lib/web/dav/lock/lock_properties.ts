/**
 * Locks as properties (RFC 4918, 15.8 and 15.10).
 *
 * @module
 */

import type { LoginLock } from "../../../dialects/login_locks.ts";
import type { FileInfo } from "../../../service/files.ts";
import type { Place } from "../../files/place.ts";
import { encodePath } from "../../files/web_path.ts";
import { escapeXml } from "../xml/write_xml.ts";
import { formatTimeout } from "./timeout.ts";

/** The content of `supportedlock`, as XML in `SCOPE`. */
export const SUPPORTED_LOCKS: string = ["exclusive", "shared"].map((scope) =>
  `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope>` +
  "<D:locktype><D:write/></D:locktype></D:lockentry>"
).join("");

/** The content of `lockdiscovery`: the locks that cover a file or folder, as XML in `SCOPE`. */
export function locksOn(
  { locks, base }: Pick<Place, "locks" | "base">,
  { path, lock }: Pick<FileInfo, "path" | "lock">,
): string {
  if (lock === undefined) return "";
  return locks.on(path).map((lock) => activeLock(lock, base)).join("");
}

/** A lock, as XML in `SCOPE`. @param base The path in URLs of the root. */
export function activeLock(
  { path, holder, leftMs, shared, shallow, owner, token }: LoginLock,
  base: string,
): string {
  const root = path === "." ? base : `${base}${encodePath(path)}`;
  return [
    "<D:activelock>",
    `<D:lockscope><D:${shared ? "shared" : "exclusive"}/></D:lockscope>`,
    "<D:locktype><D:write/></D:locktype>",
    `<D:depth>${shallow ? "0" : "infinity"}</D:depth>`,
    // Programs show it to say who has a lock.
    owner ?? `<D:owner>${escapeXml(holder)}</D:owner>`,
    `<D:timeout>${formatTimeout(leftMs)}</D:timeout>`,
    token === undefined ? "" : `<D:locktoken><D:href>${escapeXml(token)}</D:href></D:locktoken>`,
    `<D:lockroot><D:href>${escapeXml(root)}</D:href></D:lockroot>`,
    "</D:activelock>",
  ].join("");
}
