/**
 * The summary of a transfer.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import type {
  BatchOutcome,
  FailedName,
  TransferResult,
} from "../../client/remote/transfer_events.ts";
import { type Line, paint } from "../terminal/output.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { formatRate } from "../format/sizes.ts";
import { formatSeconds } from "../format/times.ts";

/** Digits of the root that are shown. */
const ROOT_DIGITS = 12;

/** The lines for an outcome; none if nothing was transferred and no two files failed. */
export function transferSummary(
  outcome: BatchOutcome,
  seconds: number,
): readonly Line[] {
  const { done, failed } = outcome;
  if (done.length === 1 && failed.length === 0) return [[singleText(done[0]!)]];
  if (done.length === 0 && failed.length <= 1) return [];
  const lines: Line[] = [];
  if (done.length > 0) lines.push([batchText(done, seconds)]);
  const leftOut = failed.filter((entry) => entry.leftOut === true);
  const failures = failed.length - leftOut.length;
  if (failures > 0) {
    lines.push([paint("red", `${failures} of ${done.length + failures} failed`)]);
  }
  if (leftOut.length > 0) lines.push([paint("red", leftOutText(leftOut))]);
  return lines;
}

/** How many entries were left out; the server names a limited number. */
function leftOutText(leftOut: readonly FailedName[]): string {
  const named = leftOut.filter(({ error }) => error.code !== "partial").length;
  return `${named < leftOut.length ? `more than ${named}` : named} left out`;
}

function singleText(result: TransferResult): string {
  const { name, path, bytes, moved, seconds, root, verified, op } = result;
  const last = basename(name);
  const named = path === last ? name : op === "get" ? `${name} -> ${path}` : `${path} -> ${name}`;
  const rate = seconds > 0 ? ` (${formatRate(bytes / seconds)})` : "";
  const work = moved === 0 && bytes > 0
    ? "already there"
    : `in ${formatSeconds(seconds)}${rate}${moved < bytes ? `, moved ${formatBytes(moved)}` : ""}`;
  const digest = root === "" ? "" : ` (root ${root.slice(0, ROOT_DIGITS)})`;
  const proof = verified === undefined ? "not verified" : "verified";
  return `${named}: ${formatBytes(bytes)} ${work}, ${proof}${digest}`;
}

function batchText(done: readonly TransferResult[], seconds: number): string {
  const bytes = done.reduce((sum, result) => sum + result.bytes, 0);
  const moved = done.reduce((sum, result) => sum + result.moved, 0);
  const unverified = done.filter((result) => result.verified === undefined).length;
  const rate = seconds > 0 ? ` (${formatRate(moved / seconds)})` : "";
  const partly = moved < bytes ? `, moved ${formatBytes(moved)}` : "";
  const proof = unverified === 0 ? "verified" : `${unverified} not verified`;
  const files = done.length === 1 ? "1 file" : `${done.length} files`;
  return `${files}: ${formatBytes(bytes)} in ${formatSeconds(seconds)}${rate}${partly}, ${proof}`;
}
