import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../../lib/base/errors.ts";
import type { TransferEvent } from "../../../lib/client/remote/transfer_events.ts";
import { percentOf, renderProgress } from "../../../lib/cli/progress/progress_lines.ts";
import {
  applyEvent,
  doneBytes,
  type ProgressState,
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

const retry: TransferEvent = {
  kind: "retry",
  attempt: 1,
  of: 6,
  atMs: 0,
  error: new FtError("network", "lost"),
};

/** A state to which 25 MiB of a file of 100 MiB have moved, one in 100 ms. */
function quarterMoved(name = "big.bin"): ProgressState {
  const state = stateAfter(plan(1, 100 * MIB), start(name, 100 * MIB));
  for (let n = 0; n <= 25; n++) applyEvent(state, progress(name, n * MIB), n * 100);
  return state;
}

function stateAfter(...events: TransferEvent[]): ProgressState {
  const state = startProgress();
  for (const event of events) applyEvent(state, event, 0);
  return state;
}

Deno.test({
  name: "renderProgress shows percent, rate, time left and bytes of a running file",
  permissions,
  fn() {
    const [line] = renderProgress(quarterMoved(), 120, 2500);
    assertMatch(
      line!,
      /^big\.bin {2}\[#+-+\] {3}25 % {4}10\.0 MiB\/s {6}0:08 left +25\.0 MiB \/ 100\.0 MiB$/,
    );
  },
});

Deno.test({
  name: "renderProgress shows a bar for a single file on 80 columns",
  permissions,
  fn() {
    const [line] = renderProgress(quarterMoved(), 80, 2500);
    assertMatch(line!, /^big\.bin {2}\[#+-+\] {3}25 % .* 25\.0 MiB \/ 100\.0 MiB$/);
    const [long] = renderProgress(quarterMoved("a-rather-long-name.bin"), 79, 2500);
    assertMatch(long!, /^a-rather-long-name.bin {2}\[#+-+\] {3}25 % .* left$/);
  },
});

Deno.test({
  name: "renderProgress drops fields on a narrow terminal, the percentage last",
  permissions,
  fn() {
    const state = quarterMoved("a-rather-long-name.bin");
    for (let width = 1; width <= 140; width++) {
      const [line] = renderProgress(state, width, 2500);
      assert(textWidth(line!) <= width, `${width}: ${line}`);
      if (width >= 16) assertMatch(line!, /25 %/);
      if (width >= 36) assertMatch(line!, /10\.0 MiB\/s/);
    }
  },
});

/** Where the bar and the percentage are in a line. */
function columnsOf(line: string): number[] {
  return [line.indexOf("["), line.indexOf("]"), line.indexOf(" %")];
}

Deno.test({
  name: "renderProgress keeps the bar and the percentage in their columns from start to end",
  permissions,
  fn() {
    for (const width of [39, 79, 99, 140]) {
      const [one, many] = [startProgress(), startProgress()];
      const events = (bytes: number) => [
        ...Array.from({ length: 40 }, (_, n) => progress("a.bin", bytes * n / 40)),
        retry,
        ...Array.from({ length: 40 }, (_, n) => progress("a.bin", bytes * (1 + n / 40))),
      ];
      for (const state of [one, many]) {
        const bytes = 2 ** 34;
        applyEvent(state, plan(state === one ? 1 : 12, 2 * bytes), 0);
        applyEvent(state, start("a.bin", 2 * bytes), 0);
        const seen = new Set<string>();
        // From bytes a second to gigabytes, and from days to seconds.
        for (const [n, event] of events(bytes).entries()) {
          const nowMs = n * 300_000 / (n + 1);
          applyEvent(state, event, nowMs);
          seen.add(String(columnsOf(renderProgress(state, width, nowMs)[0]!)));
        }
        assertEquals(seen.size, 1, `${width}: ${[...seen]}`);
      }
    }
  },
});

Deno.test({
  name: "renderProgress shows no rate in the first second, and waiting until a retry begins",
  permissions,
  fn() {
    const state = stateAfter(plan(1, 100 * MIB), start("a", 100 * MIB));
    const line = (nowMs: number) => renderProgress(state, 100, nowMs)[0]!;
    // The server has hashed for a minute before its first byte.
    for (let n = 1; n <= 12; n++) applyEvent(state, progress("a", n * MIB), 60_000 + n * 100);
    assertEquals(/MiB\/s|left/.test(line(60_900)), false);
    assertMatch(line(61_200), / 10\.0 MiB\/s +0:09 left/);
    applyEvent(state, retry, 61_300);
    assertMatch(line(62_000), / waiting +12\.0 MiB \/ 100\.0 MiB$/);
    applyEvent(state, progress("a", 0, 12 * MIB), 90_000);
    assertEquals(/waiting|MiB\/s/.test(line(90_000)), false);
    for (let n = 13; n <= 25; n++) applyEvent(state, progress("a", n * MIB), 90_000 + n * 100);
    assertMatch(line(92_500), / 10\.0 MiB\/s +0:08 left/);
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
        for (const line of renderProgress(state, width, 0)) assert(textWidth(line) <= width);
      },
    ));
  },
});

Deno.test({
  name: "renderProgress shows the batch, and names its failures and running files in one line",
  permissions,
  fn() {
    const state = stateAfter(
      plan(30, 300),
      start("a", 100),
      end("a", 100),
      start("c", 100),
      failed("c"),
      start("d/b\x1b[2J", 100),
      progress("d/b\x1b[2J", 50),
    );
    const [batch, names] = renderProgress(state, 100, 0);
    assertMatch(batch!, /^1 of 30 files {3}\[#+-+\] {3}50 %/);
    assertEquals(names, "  1 failed, b\\x1b[2J 50 %");
    for (let n = 1; n <= 8; n++) applyEvent(state, start(`IMG_2026_${n}.jpg`, 100), 0);
    assertEquals(renderProgress(state, 100, 0).slice(1), [
      "  1 failed, b\\x1b[2J 50 %, IMG_2026_1.jpg 0 %, IMG_2026_2.jpg 0 %, IMG_2026_3.jpg 0 %, 5 more",
    ]);
    assertEquals(renderProgress(state, 39, 0).slice(1), ["  1 failed, b\\x1b[2J 50 %, 8 more"]);
    assertEquals(renderProgress(stateAfter(plan(2, 9)), 80, 0).length, 2);
  },
});

Deno.test({
  name: "renderProgress shows bytes instead of a percentage while the size is unknown",
  permissions,
  fn() {
    const state = stateAfter(plan(1), start("-"), progress("-", 2048));
    assertMatch(renderProgress(state, 80, 0)[0]!, /^- +2\.0 KiB$/);
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
    assertMatch(renderProgress(batch, 80, 0)[0]!, /50 %/);
  },
});

Deno.test({
  name: "applyEvent counts wire bytes only, also those of files that fail or start again",
  permissions,
  fn() {
    const state = stateAfter(plan(2, 100 * MIB), start("a", 50 * MIB));
    applyEvent(state, progress("a", 40 * MIB, 0), 0);
    assertEquals([state.moved, doneBytes(state)], [0, 40 * MIB]);
    applyEvent(state, progress("a", 45 * MIB, 5 * MIB), 0);
    applyEvent(state, start("a", 50 * MIB), 0);
    assertEquals([state.moved, doneBytes(state)], [5 * MIB, 0]);
    applyEvent(state, progress("a", 4 * MIB), 0);
    applyEvent(state, failed("a"), 0);
    applyEvent(state, end("small", 3), 0);
    assertEquals([state.moved, doneBytes(state)], [9 * MIB + 3, 3]);
  },
});

Deno.test({
  name: "PlainProgress prints the start, every 10 % once, and the end",
  permissions,
  fn() {
    const state = startProgress();
    const plain = new PlainProgress();
    const lines: string[] = [];
    const add = (event: TransferEvent) => {
      applyEvent(state, event, 0);
      lines.push(...plain.lines(event, state, 0));
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
    const state = startProgress();
    const plain = new PlainProgress();
    const lines: string[] = [];
    const add = (event: TransferEvent) => {
      applyEvent(state, event, 0);
      lines.push(...plain.lines(event, state, 0));
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
