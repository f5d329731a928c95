import { assertEquals, assertGreater, assertLess } from "@std/assert";
import fc from "fast-check";
import { RateEstimate } from "../../../lib/cli/progress/rate_estimate.ts";
import { pure } from "../../../testing/pure.ts";

/** Feeds pieces of the same size at the same distance. @returns The time of the last one. */
function feed(rate: RateEstimate, from: { moved: number; ms: number }, piece: {
  readonly bytes: number;
  readonly everyMs: number;
  readonly count: number;
}): { moved: number; ms: number } {
  let { moved, ms } = from;
  for (let n = 0; n < piece.count; n++) {
    moved += piece.bytes;
    ms += piece.everyMs;
    rate.add(moved, ms);
  }
  return { moved, ms };
}

pure("RateEstimate begins with the first moved byte, and has no value in the first second", () => {
  const rate = new RateEstimate();
  for (let ms = 0; ms < 60_000; ms += 100) rate.add(0, ms);
  const at = feed(rate, { moved: 0, ms: 60_000 }, { bytes: 4000, everyMs: 100, count: 10 });
  assertEquals(rate.perSecond(at.ms), undefined);
  const later = feed(rate, at, { bytes: 4000, everyMs: 100, count: 2 });
  assertEquals(rate.perSecond(later.ms), 40_000);
});

pure("RateEstimate is right at once for any pace, without a slow climb", () => {
  const paces = fc.record({
    bytes: fc.integer({ min: 1, max: 2 ** 20 }),
    everyMs: fc.integer({ min: 1, max: 4000 }),
    count: fc.integer({ min: 3, max: 300 }),
  });
  fc.assert(fc.property(paces, fc.nat(10_000), (piece, startMs) => {
    const rate = new RateEstimate();
    const { ms } = feed(rate, { moved: 0, ms: startMs }, piece);
    const perSecond = rate.perSecond(ms);
    if (perSecond === undefined) return ms - startMs < 1000 + piece.everyMs;
    const wanted = piece.bytes / piece.everyMs * 1000;
    return Math.abs(perSecond - wanted) < wanted / 100;
  }));
});

pure("RateEstimate follows a change within its window, and falls during a silence", () => {
  const rate = new RateEstimate();
  const slow = feed(rate, { moved: 0, ms: 0 }, { bytes: 1000, everyMs: 100, count: 100 });
  assertEquals(rate.perSecond(slow.ms), 10_000);
  const fast = feed(rate, slow, { bytes: 9000, everyMs: 100, count: 51 });
  assertEquals(rate.perSecond(fast.ms), 90_000);
  assertEquals(rate.perSecond(fast.ms + 90), 90_000);
  assertLess(rate.perSecond(fast.ms + 5000)!, 46_000);
  assertLess(rate.perSecond(fast.ms + 60_000)!, 7000);
});

pure("RateEstimate does not waver between blocks that take longer than its window", () => {
  const rate = new RateEstimate();
  const { ms } = feed(rate, { moved: 0, ms: 0 }, { bytes: 2 ** 20, everyMs: 9000, count: 5 });
  for (let after = 0; after < 9000; after += 500) {
    assertEquals(Math.round(rate.perSecond(ms + after)!), Math.round(2 ** 20 / 9));
  }
});

pure("RateEstimate begins again after a restart, with the next byte that moves", () => {
  const rate = new RateEstimate();
  const before = feed(rate, { moved: 0, ms: 0 }, { bytes: 1000, everyMs: 100, count: 50 });
  rate.restart();
  rate.add(before.moved, before.ms + 30_000);
  assertEquals(rate.perSecond(before.ms + 30_000), undefined);
  const resumed = { moved: before.moved, ms: before.ms + 60_000 };
  const after = feed(rate, resumed, { bytes: 500, everyMs: 100, count: 20 });
  assertEquals(rate.perSecond(after.ms), 5000);
});

pure("RateEstimate keeps few samples, however fast bytes arrive", () => {
  const rate = new RateEstimate();
  const started = performance.now();
  const { ms } = feed(rate, { moved: 0, ms: 0 }, { bytes: 10, everyMs: 0.01, count: 1_000_000 });
  assertGreater(rate.perSecond(ms)!, 999_000);
  assertLess(performance.now() - started, 10_000);
});
