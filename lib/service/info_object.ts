/**
 * A file or folder as an object of `--json`.
 *
 * @module
 */

import type { FileInfo } from "./files.ts";
import { isoTime } from "../base/iso_time.ts";

/** The object of one file or folder; programs rely on its fields and their order. */
export function infoObject(name: string, info: FileInfo): Record<string, unknown> {
  const { type, bytes, mtimeMs, lock } = info;
  const held = lock && { holder: lock.holder, leftSeconds: Math.ceil(lock.leftMs / 1000) };
  return { name, type, bytes, mtime: isoTime(mtimeMs), ...(held && { lock: held }) };
}
