/**
 * Facts about a file, as programs and people read them.
 *
 * @module
 */

import type { FileInfo } from "../../service/files.ts";

/** The object of one file or folder, field by field as the contract has it. */
export function infoObject(name: string, info: FileInfo): Record<string, unknown> {
  return { name, type: info.type, bytes: info.bytes, mtime: isoTime(info.mtimeMs) };
}

/** A moment in UTC, as JSON has it; one that no calendar holds is the epoch. */
export function isoTime(ms: number): string {
  const date = new Date(ms);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}

/** A moment in local time: `2026-01-31 12:00`. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  if (Number.isNaN(date.getTime())) return "?".padEnd(16);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A path as seen from the folder that was listed. */
export function relativeName(path: string, dir: string): string {
  const plain = dir.split("/").filter((part) => part !== "" && part !== ".").join("/");
  return plain !== "" && path.startsWith(`${plain}/`) ? path.slice(plain.length + 1) : path;
}
