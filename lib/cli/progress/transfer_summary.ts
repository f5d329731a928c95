/**
 * The summary of a transfer.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import type {
  BatchOutcome,
  FailedName,
  RemovedName,
  TransferResult,
} from "../../client/remote/transfer_events.ts";
import { type Line, paint } from "../terminal/output.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { formatPart, formatRate } from "../format/sizes.ts";
import { formatSeconds } from "../format/times.ts";

/** The lines for an outcome; none if nothing was transferred and no two files failed. */
export function transferSummary(
  outcome: BatchOutcome,
  seconds: number,
): readonly Line[] {
  const { done, failed, removed = [] } = outcome;
  const after: Line[] = removed.length === 0 ? [] : [[removedText(removed)]];
  if (done.length === 1 && failed.length === 0) return [[singleText(done[0]!)], ...after];
  if (done.length === 0 && failed.length <= 1) return after;
  const lines: Line[] = [];
  if (done.length > 0) lines.push([batchText(done, seconds)]);
  lines.push(...after);
  const leftOut = failed.filter((entry) => entry.leftOut === true);
  const failures = failed.length - leftOut.length;
  if (failures > 0) {
    lines.push([paint("red", `${failures} of ${done.length + failures} failed`)]);
  }
  if (leftOut.length > 0) lines.push([paint("red", leftOutText(leftOut))]);
  return lines;
}

/** How much a mirror removed, and where what it keeps is. */
function removedText(removed: readonly RemovedName[]): string {
  const places = new Set(removed.flatMap(({ aside = [] }) => aside));
  return `removed ${removed.length}${
    places.size === 0 ? "" : `, kept in ${[...places].join(", ")}`
  }`;
}

/** How many entries were left out; the server names a limited number. */
function leftOutText(leftOut: readonly FailedName[]): string {
  const named = leftOut.filter(({ error }) => error.code !== "partial").length;
  return `${named < leftOut.length ? `more than ${named}` : named} left out`;
}

function singleText(result: TransferResult): string {
  const { name, path, seconds, verified, op } = result;
  const last = basename(name);
  const named = path === last ? name : op === "get" ? `${name} -> ${path}` : `${path} -> ${name}`;
  if (isThere(result)) return `${named}: ${thereText(result)}`;
  const proof = verified === undefined ? "not verified" : "verified";
  return `${named}: ${movedText(result, seconds)}, ${proof}`;
}

function batchText(done: readonly TransferResult[], seconds: number): string {
  const total = {
    bytes: done.reduce((sum, { bytes }) => sum + bytes, 0),
    moved: done.reduce((sum, { moved }) => sum + moved, 0),
  };
  const files = done.length === 1 ? "1 file" : `${done.length} files`;
  if (isThere(total)) return `${files} ${thereText(total)}`;
  const unverified = done.filter((result) => result.verified === undefined).length;
  const proof = unverified === 0 ? "verified" : `${unverified} not verified`;
  return `${files}: ${movedText(total, seconds)}, ${proof}`;
}

/** Sizes of what was transferred. */
type Sizes = Pick<TransferResult, "bytes" | "moved">;

/** Whether no content had to cross the network. */
function isThere({ bytes, moved }: Sizes): boolean {
  return moved === 0 && bytes > 0;
}

function thereText({ bytes }: Sizes): string {
  return `already there (${formatBytes(bytes)}), nothing to move`;
}

/** How much moved, in which time, and the rate of that. */
function movedText({ bytes, moved }: Sizes, seconds: number): string {
  const size = moved < bytes ? `moved ${formatPart(moved, bytes)}` : formatBytes(bytes);
  const rate = seconds > 0 && moved > 0 ? ` (${formatRate(moved / seconds)})` : "";
  return `${size} in ${formatSeconds(seconds)}${rate}`;
}
