import { assertEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { transferSummary } from "../../../lib/cli/progress/transfer_summary.ts";
import type { FailedName, TransferResult } from "../../../lib/client/remote/transfer_events.ts";
import { pure } from "../../../testing/pure.ts";

const MiB = 1024 * 1024;

function result(changes: Partial<TransferResult> = {}): TransferResult {
  const facts = { bytes: 2 * MiB, moved: 2 * MiB, root: "0123456789abcdef", seconds: 1 };
  return { op: "get", name: "d/a", path: "a", verified: "blocks", ...facts, ...changes };
}

/** The lines as plain text. */
function linesOf(done: readonly TransferResult[], failures = 0): string[] {
  const error = new FtError("not_found", "not found: x");
  const failed = Array.from({ length: failures }, () => ({ name: "x", error }));
  return transferSummary({ done, failed }, 2).map((line) =>
    line.map((part) => typeof part === "string" ? part : part.text).join("")
  );
}

pure("transferSummary describes one file: its target, rate, moved bytes and proof", () => {
  assertEquals(linesOf([result()]), [
    "d/a: 2.0 MiB in 1.00 s (2.0 MiB/s), verified",
  ]);
  assertEquals(linesOf([result({ path: "b", moved: MiB, root: "", verified: undefined })]), [
    "d/a -> b: moved 1 of 2 MiB in 1.00 s (1.0 MiB/s), not verified",
  ]);
  assertEquals(linesOf([result({ op: "put", path: "b", moved: 0, root: "" })]), [
    "b -> d/a: already there (2.0 MiB), nothing to move",
  ]);
});

pure("transferSummary counts files, failures, and files that are not verified", () => {
  const done = [result(), result({ verified: undefined, moved: 0 }), result({ moved: 0 })];
  assertEquals(linesOf(done, 2), [
    "3 files: moved 2 of 6 MiB in 2.00 s (1.0 MiB/s), 1 not verified",
    "2 of 5 failed",
  ]);
  assertEquals(linesOf([result(), result()]), ["2 files: 4.0 MiB in 2.00 s (2.0 MiB/s), verified"]);
  assertEquals([linesOf([]), linesOf([], 1)], [[], []]);
});

pure("transferSummary divides what moved by its time, and says when nothing had to move", () => {
  const there = Array.from({ length: 40 }, () => result({ bytes: 3 * MiB, moved: 0 }));
  assertEquals(linesOf(there), ["40 files already there (120.0 MiB), nothing to move"]);
  assertEquals(linesOf(there, 1), [
    "40 files already there (120.0 MiB), nothing to move",
    "1 of 41 failed",
  ]);
  const partly = [result({ bytes: 600 * MiB, moved: 400 * MiB }), result({ bytes: 40 * MiB })];
  assertEquals(linesOf(partly), [
    "2 files: moved 402 of 640 MiB in 2.00 s (201.0 MiB/s), verified",
  ]);
  assertEquals(linesOf([result({ moved: 1536 })]), [
    "d/a: moved 1.5 KiB of 2 MiB in 1.00 s (1.5 KiB/s), verified",
  ]);
  const empty = result({ bytes: 0, moved: 0 });
  assertEquals(linesOf([empty, empty]), ["2 files: 0 B in 2.00 s, verified"]);
});

pure("transferSummary counts entries that were left out apart from failures", () => {
  const entry = (code: "not_allowed" | "partial", leftOut: boolean) => ({
    name: "x",
    error: new FtError(code, "x"),
    leftOut,
  });
  const textOf = (failed: readonly FailedName[]) =>
    transferSummary({ done: [result({ bytes: 0 })], failed }, 2).slice(1).flat().map((part) =>
      typeof part === "string" ? part : part.text
    );
  const two = [entry("not_allowed", true), entry("not_allowed", true)];
  assertEquals(textOf(two), ["2 left out"]);
  assertEquals(textOf([...two, entry("partial", true)]), ["more than 2 left out"]);
  assertEquals(textOf([...two, entry("not_allowed", false)]), ["1 of 2 failed", "2 left out"]);
});
