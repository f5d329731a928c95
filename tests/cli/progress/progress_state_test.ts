import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../../lib/base/errors.ts";
import type { TransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { percentOf, renderProgress } from "../../../lib/cli/progress/progress_lines.ts";
import {
  applyEvent,
  type ProgressState,
  sampleRates,
  startProgress,
} from "../../../lib/cli/progress/progress_state.ts";
import { JsonProgress } from "../../../lib/cli/progress/progress_json.ts";
import { PlainProgress } from "../../../lib/cli/progress/progress_plain.ts";
import { textWidth } from "../../../lib/cli/format/text_width.ts";

const permissions = "none";
const MIB = 2 ** 20;

const plan = (files: number, bytes?: number): TransferEvent => ({ kind: "plan", files, bytes });
const start = (name: string, bytes?: number): TransferEvent => ({
  kind: "start",
  op: "get",
  name,
  bytes,
});
const progress = (name: string, done: number, moved = done): TransferEvent => ({
  kind: "progress",
  op: "get",
  name,
  done,
  moved,
});
const end = (name: string, bytes: number): TransferEvent => ({
  kind: "end",
  op: "get",
  name,
  path: name,
  bytes,
  moved: bytes,
  root: "",
  seconds: 1,
});
const failed = (name: string): TransferEvent => ({
  kind: "failed",
  op: "get",
  name,
  error: new FtError("network", "lost"),
});

function stateAfter(...events: TransferEvent[]): ProgressState {
  const state = startProgress(0);
  for (const event of events) applyEvent(state, event, 0);
  return state;
}

Deno.test({
  name: "renderProgress shows percent, rate, time left and bytes of a running file",
  permissions,
  fn() {
    const state = stateAfter(plan(1, 100 * MIB), start("big.bin", 100 * MIB));
    applyEvent(state, progress("big.bin", 25 * MIB), 1000);
    sampleRates(state, 1000);
    const [line] = renderProgress(state, 120);
    assertMatch(
      line!,
      /^big\.bin +\[#+-+\] +25 % +25\.0 MiB\/s +0:03 left +25\.0 MiB \/ 100\.0 MiB$/,
    );
  },
});

Deno.test({
  name: "renderProgress shows a bar for a single file on 80 columns",
  permissions,
  fn() {
    const state = stateAfter(plan(1, 100 * MIB), start("big.bin", 100 * MIB));
    applyEvent(state, progress("big.bin", 50 * MIB), 1000);
    sampleRates(state, 1000);
    const [line] = renderProgress(state, 80);
    assertMatch(line!, /^big\.bin +\[#+-+\] +50 % .* 50\.0 MiB \/ 100\.0 MiB$/);
  },
});

Deno.test({
  name: "renderProgress drops fields on a narrow terminal, the percentage last",
  permissions,
  fn() {
    const state = stateAfter(plan(1, 100), start("a-rather-long-name.bin", 100));
    applyEvent(state, progress("a-rather-long-name.bin", 40), 1000);
    sampleRates(state, 1000);
    for (let width = 1; width <= 140; width++) {
      const [line] = renderProgress(state, width);
      assert(textWidth(line!) <= width, `${width}: ${line}`);
      if (width >= 16) assertMatch(line!, /40 %/);
    }
  },
});

Deno.test({
  name: "renderProgress never renders a line wider than the terminal, for any name",
  permissions,
  fn() {
    fc.assert(fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(),
      (name, width, done) => {
        const state = stateAfter(plan(3, 1000), start(name, 1000), progress(name, done));
        for (const line of renderProgress(state, width)) assert(textWidth(line) <= width);
      },
    ));
  },
});

Deno.test({
  name: "renderProgress shows the batch and each running file, and escapes their names",
  permissions,
  fn() {
    const state = stateAfter(
      plan(3, 300),
      start("a", 100),
      end("a", 100),
      start("b\x1b[2J", 100),
      start("c", 100),
      failed("c"),
    );
    const lines = renderProgress(state, 100);
    assertEquals(lines.length, 2);
    assertMatch(lines[0]!, /^1 of 3 files, 1 failed .* 33 %/);
    assertMatch(lines[1]!, /^b\\x1b\[2J .* 0 %/);
  },
});

Deno.test({
  name: "renderProgress shows bytes instead of a percentage while the size is unknown",
  permissions,
  fn() {
    const state = stateAfter(plan(1), start("-"), progress("-", 2048));
    assertMatch(renderProgress(state, 80)[0]!, /2\.0 KiB$/);
  },
});

Deno.test({
  name: "percentOf is 100 only after the end event",
  permissions,
  fn() {
    assertEquals(percentOf(100, 100, false), 99);
    assertEquals(percentOf(500, 100, false), 99);
    assertEquals(percentOf(0, 0, false), 0);
    assertEquals(percentOf(999_999, 1_000_000, false), 99);
    assertEquals(percentOf(0, 0, true), 100);
    assertEquals(percentOf(5, undefined, false), null);
    const batch = stateAfter(plan(2, 2), start("a", 1), end("a", 1), start("b", 1), failed("b"));
    assertMatch(renderProgress(batch, 80)[0]!, /50 %/);
  },
});

Deno.test({
  name: "sampleRates smooths, counts wire bytes only, and is never negative after a failure",
  permissions,
  fn() {
    const state = stateAfter(plan(1, 100 * MIB), start("a", 100 * MIB));
    applyEvent(state, progress("a", 90 * MIB, 0), 0);
    sampleRates(state, 1000);
    assertEquals(state.rate.perSecond, 0);
    for (let second = 1; second <= 30; second++) {
      applyEvent(state, progress("a", 90 * MIB + second, second * MIB), second * 1000);
      sampleRates(state, 1000 + second * 1000);
    }
    assert(Math.abs(state.rate.perSecond! - MIB) < MIB / 100);
    const before = state.rate.perSecond!;
    applyEvent(state, progress("a", 0, 40 * MIB), 31_100);
    sampleRates(state, 32_000);
    assert(state.rate.perSecond! < before * 5, "one burst must not decide the rate");
    applyEvent(state, failed("a"), 32_500);
    sampleRates(state, 33_000);
    assert(state.rate.perSecond! >= 0);
  },
});

Deno.test({
  name: "PlainProgress prints the start, every 10 % once, and the end",
  permissions,
  fn() {
    const state = startProgress(0);
    const plain = new PlainProgress();
    const lines: string[] = [];
    const add = (event: TransferEvent) => {
      applyEvent(state, event, 0);
      lines.push(...plain.lines(event, state));
    };
    add(plan(1, 1000));
    add(start("a", 1000));
    for (let done = 0; done <= 1000; done += 50) add(progress("a", done));
    assertEquals(lines.length, 10);
    add(end("a", 1000));
    assertEquals([lines[0], lines[1], lines[9], lines[10]], [
      "get a (1000 B)",
      "a: 10 %",
      "a: 90 %",
      "a: 100 %",
    ]);
  },
});

Deno.test({
  name: "PlainProgress prints ten thousand files in a few lines",
  permissions,
  fn() {
    const state = startProgress(0);
    const plain = new PlainProgress();
    const lines: string[] = [];
    const add = (event: TransferEvent) => {
      applyEvent(state, event, 0);
      lines.push(...plain.lines(event, state));
    };
    add(plan(10_000, 10_000));
    for (let i = 0; i < 10_000; i++) {
      add(start(`f${i}`, 1));
      add(end(`f${i}`, 1));
    }
    assertEquals(lines.length, 11);
    assertEquals(lines.at(-1), "100 %, 10000 of 10000 files");
  },
});

Deno.test({
  name: "JsonProgress skips progress that follows too fast, but never a start, an end or an error",
  permissions,
  fn() {
    const json = new JsonProgress();
    assertEquals(json.object(start("a", 5), 0), { event: "start", op: "get", name: "a", bytes: 5 });
    assertEquals(json.object(progress("a", 1), 0)?.done, 1);
    assertEquals(json.object(progress("a", 2), 99), null);
    assertEquals(json.object(progress("b", 2), 99)?.name, "b");
    assertEquals(json.object(progress("a", 3), 100)?.done, 3);
    assertEquals(json.object(failed("a"), 101), {
      event: "failed",
      op: "get",
      name: "a",
      error: "network",
      message: "lost",
    });
    const error = new FtError("network", "lost");
    assertEquals(json.object({ kind: "retry", attempt: 1, of: 6, atMs: 0, error }, 0), {
      event: "retry",
      attempt: 1,
      of: 6,
      at: "1970-01-01T00:00:00.000Z",
      error: "network",
      message: "lost",
    });
  },
});
