import { assertEquals } from "@std/assert";
import { WorkCount } from "../../lib/server/work_count.ts";
import { FakeTime } from "../../testing/fake_time.ts";

/** Waits; the result shows whether the wait has ended. */
function waiting(work: WorkCount, timeoutMs: number) {
  const state = { ended: false };
  void work.idle(timeoutMs).then(() => state.ended = true);
  return state;
}

Deno.test("WorkCount waits until no request is under way", async () => {
  using time = new FakeTime();
  const work = new WorkCount();
  const [first, second] = [work.begin(), work.begin()];
  const waits = [waiting(work, 1000), waiting(work, 1000)];
  first[Symbol.dispose]();
  await time.settle();
  assertEquals(waits.map(({ ended }) => ended), [false, false]);
  second[Symbol.dispose]();
  await time.settle();
  assertEquals(waits.map(({ ended }) => ended), [true, true]);
  using _third = work.begin();
  const again = waiting(work, 1000);
  await time.settle();
  assertEquals(again.ended, false, "it counts a request that begins later");
});

Deno.test("WorkCount does not wait without a request, nor longer than its timeout", async () => {
  using time = new FakeTime();
  const work = new WorkCount();
  const idle = waiting(work, 1000);
  await time.settle();
  assertEquals(idle.ended, true);
  using _request = work.begin();
  const busy = waiting(work, 1000);
  await time.advance(999);
  assertEquals(busy.ended, false);
  await time.advance(1);
  assertEquals(busy.ended, true);
});
