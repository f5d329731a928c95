import { assertEquals, assertGreater, assertLessOrEqual, assertRejects } from "@std/assert";
import fc from "fast-check";
import { RateLimit } from "../../lib/base/rate_limit.ts";

const permissions = "none";

/** A clock that jumps to the end of a wait, and a little further. */
function lateClock(lateMs: () => number) {
  let nowMs = 0;
  return {
    now: () => nowMs,
    wait(ms: number) {
      nowMs += ms + lateMs();
      return Promise.resolve();
    },
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

Deno.test({
  name: "RateLimit exceeds its rate by at most 10 % in any 2 s",
  permissions,
  async fn() {
    const taking = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 300 })),
      {
        minLength: 20,
        maxLength: 200,
      },
    );
    await fc.assert(fc.asyncProperty(taking, async (steps) => {
      const clock = lateClock(() => 3);
      const limit = new RateLimit(1000, clock);
      const passed: [number, number][] = [];
      for (const [bytes, idleMs] of steps) {
        clock.pass(idleMs > 250 ? idleMs * 10 : 0);
        await limit.take(bytes);
        passed.push([clock.now(), bytes]);
      }
      for (const [start] of passed) {
        const within = passed.filter(([at]) => at >= start && at < start + 2000);
        assertLessOrEqual(within.reduce((sum, [, bytes]) => sum + bytes, 0), 2200);
      }
    }));
  },
});

Deno.test({
  name: "RateLimit reaches its rate with timers that fire late",
  permissions,
  async fn() {
    const clock = lateClock(() => 5);
    const limit = new RateLimit(1_000_000, clock);
    assertEquals(limit.pieceBytes, 50_000);
    for (let taken = 0; taken < 10_000_000; taken += limit.pieceBytes) {
      await limit.take(limit.pieceBytes);
    }
    assertGreater(clock.now(), 9_800);
    assertLessOrEqual(clock.now(), 10_200);
  },
});

Deno.test({
  name: "RateLimit charges neither what was given back nor what was cancelled",
  permissions,
  async fn() {
    const clock = lateClock(() => 0);
    const limit = new RateLimit(1000, {
      ...clock,
      wait(ms, signal) {
        signal?.throwIfAborted();
        return clock.wait(ms);
      },
    });
    for (let written = 0; written < 10_000; written += 64) {
      await limit.take(256);
      limit.giveBack(192);
      await assertRejects(() => limit.take(256, AbortSignal.abort(new Error("enough"))), Error);
    }
    assertGreater(clock.now(), 9_800);
    assertLessOrEqual(clock.now(), 10_200);
  },
});

Deno.test({
  name: "RateLimit ends its wait with the signal, and has pieces of at least one byte",
  permissions,
  async fn() {
    const limit = new RateLimit(1);
    assertEquals(limit.pieceBytes, 1);
    await limit.take(1000);
    await assertRejects(() => limit.take(1, AbortSignal.timeout(1)), DOMException);
  },
});
