/**
 * Addresses of files in answers.
 *
 * @module
 */

import type { FileInfo } from "../../service/files.ts";
import type { Place } from "../files/place.ts";
import { encodePath } from "../files/web_path.ts";

/** The path of a file in URLs; that of a folder ends with a slash (RFC 4918, 5.2). */
export function hrefOf(
  { base }: Pick<Place, "base">,
  { path, type }: Pick<FileInfo, "path" | "type">,
): string {
  if (path === ".") return base;
  return `${base}${encodePath(path)}${type === "dir" ? "/" : ""}`;
}
