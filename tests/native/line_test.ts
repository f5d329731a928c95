import { assertEquals } from "@std/assert";
import {
  MAX_GROWN_BYTES_PER_CONNECTION,
  MAX_WIDENED_BYTES,
  STREAM_WINDOW_BYTES,
  UNKNOWN_LINE_BYTES,
} from "../../lib/base/limits.ts";
import { Line, WindowGrowth } from "../../lib/native/line.ts";
import { WindowBudget } from "../../lib/native/window_budget.ts";
import { pure } from "../../testing/pure.ts";

const MiB = 1 << 20;

/** A line whose peer takes part, unless `growing` says otherwise. */
function line(
  { roundTripMs = 100, growing = true, whole = new WindowBudget(1024 * MiB) } = {},
): Line {
  const line = new Line(whole);
  line.growing = growing;
  if (roundTripMs < Infinity) line.answeredIn(roundTripMs);
  return line;
}

/**
 * A window whose content is consumed at this rate, 2 MiB at a time.
 *
 * @returns Its size after some time, in MiB.
 */
function sizeAfter(growth: WindowGrowth, ms: number, mibPerSecond: number, from = 8): number {
  let size = from * MiB;
  growth.arrived(0);
  const stepMs = 2000 / mibPerSecond;
  for (let now = stepMs; now <= ms; now += stepMs) size += growth.consumed(2 * MiB, size, now);
  return size / MiB;
}

pure("WindowGrowth doubles a window that is the limit, once in a round trip", () => {
  // 80 MiB/s is what a window of 8 MiB allows at 100 ms; the sender sends as much as it may.
  assertEquals(sizeAfter(new WindowGrowth(line()), 80, 80), 8);
  assertEquals(sizeAfter(new WindowGrowth(line()), 110, 80), 16);
  const growth = new WindowGrowth(line());
  assertEquals(sizeAfter(growth, 150, 160), 16);
  assertEquals(sizeAfter(new WindowGrowth(line()), 1000, 160), 32);
});

pure("WindowGrowth stops when twice the content of a round trip fits into the window", () => {
  assertEquals(sizeAfter(new WindowGrowth(line()), 5000, 200), 64);
  assertEquals(sizeAfter(new WindowGrowth(line()), 5000, 50), 16);
  assertEquals(sizeAfter(new WindowGrowth(line({ roundTripMs: 1 })), 5000, 2000), 8);
});

pure("WindowGrowth leaves the window of a slow reader, and one without a measure, as it is", () => {
  assertEquals(sizeAfter(new WindowGrowth(line()), 60_000, 39), 8);
  assertEquals(sizeAfter(new WindowGrowth(line({ roundTripMs: Infinity })), 5000, 1000), 8);
});

pure("WindowGrowth assumes a long line while nothing is known", () => {
  const unknown = new Line(new WindowBudget(1024 * MiB));
  assertEquals(new WindowGrowth(unknown).begin(8 * MiB), UNKNOWN_LINE_BYTES - 8 * MiB);
});

pure("WindowGrowth never grants an older peer more than was consumed", () => {
  const old = new WindowGrowth(line({ growing: false }));
  assertEquals([old.begin(8 * MiB), sizeAfter(old, 5000, 500)], [0, 8]);
});

pure("WindowGrowth takes a burst after a pause for the slow reader that it is", () => {
  const growth = new WindowGrowth(line());
  growth.arrived(0);
  let grown = 0;
  // Every half second all 8 MiB at once, as from a disk that stalls.
  for (let now = 500; now <= 10_000; now += 500) {
    for (let i = 0; i < 4; i++) grown += growth.consumed(2 * MiB, 8 * MiB, now + i / 10);
  }
  assertEquals(grown, 0);
});

pure("WindowGrowth prepares for content on a long line alone", () => {
  const begun = (roundTripMs: number) =>
    new WindowGrowth(line({ roundTripMs })).begin(STREAM_WINDOW_BYTES);
  assertEquals([begun(0.2), begun(19), begun(100) > 16 * MiB], [0, 0, true]);
  assertEquals(begun(10_000), MAX_WIDENED_BYTES - STREAM_WINDOW_BYTES);
});

pure("WindowGrowth stays within the budgets of its connection and of the process", () => {
  const whole = new WindowBudget(100 * MiB);
  const [one, other] = [line({ whole }), line({ whole })];
  const first = [0, 1, 2].map(() => new WindowGrowth(one));
  const sizes = first.map((growth) => sizeAfter(growth, 10_000, 1000));
  assertEquals(sizes.reduce((sum, size) => sum + size - 8, 0), 56);
  assertEquals(one.budget.used, MAX_GROWN_BYTES_PER_CONNECTION);
  const second = new WindowGrowth(other);
  assertEquals(sizeAfter(second, 10_000, 1000), 8 + 44);
  assertEquals(sizeAfter(new WindowGrowth(line({ whole })), 10_000, 1000), 8);
  for (const growth of [...first, second]) growth.end();
  second.end();
  assertEquals([whole.used, one.budget.used, other.budget.used], [0, 0, 0]);
  assertEquals(sizeAfter(new WindowGrowth(other), 10_000, 1000), 64);
});

pure("Line keeps the shortest round trip", () => {
  const measured = line({ roundTripMs: 30 });
  measured.answeredIn(50);
  assertEquals(measured.roundTripMs, 30);
  measured.answeredIn(20);
  assertEquals(measured.roundTripMs, 20);
});

Deno.test("WindowGrowth shrinks a window that began before the line was known to be short", () => {
  const whole = new WindowBudget(1024 * MiB);
  const line = new Line(whole);
  line.growing = true;
  const growth = new WindowGrowth(line);
  let size = 8 * MiB;
  size += growth.begin(size);
  assertEquals(growth.shrink(2 * MiB, size), 0, "the line is not known");
  line.answeredIn(1);
  while (size > 8 * MiB) {
    const less = growth.shrink(3 * MiB, size);
    size -= less;
    assertEquals(less > 0, true);
  }
  assertEquals([size, whole.used, growth.shrink(2 * MiB, size)], [8 * MiB, 0, 0]);
  const far = new WindowGrowth(new Line(whole));
  assertEquals(far.begin(8 * MiB), UNKNOWN_LINE_BYTES - 8 * MiB);
  assertEquals(far.shrink(2 * MiB, UNKNOWN_LINE_BYTES), 0);
});
