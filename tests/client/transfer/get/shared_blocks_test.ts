import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Run, SharedBlocks } from "../../../../lib/client/transfer/get/shared_blocks.ts";

const permissions = "none";
const never = new AbortController().signal;

async function taken(blocks: SharedBlocks): Promise<Run> {
  return (await blocks.next(never))!;
}

Deno.test({
  name: "SharedBlocks gives a further lane the second half of the longest run",
  permissions,
  async fn() {
    const blocks = new SharedBlocks(100);
    const first = await taken(blocks);
    let cuts = 0;
    first.onCut = () => cuts++;
    first.next = 20;
    const second = await taken(blocks);
    assertEquals([first.end, second.next, second.end, cuts], [60, 60, 100, 1]);
    const third = await taken(blocks);
    assertEquals([third.next, third.end, first.end], [40, 60, 40]);
  },
});

Deno.test({
  name: "SharedBlocks frees the blocks of a run that did not arrive, once",
  permissions,
  async fn() {
    const blocks = new SharedBlocks(10);
    const run = await taken(blocks);
    for (const place of [0, 1, 4]) {
      assert(blocks.arrived(place));
      assert(!blocks.arrived(place));
    }
    blocks.finish(run, 0);
    blocks.finish(run, 0);
    const free = [await taken(blocks), await taken(blocks)];
    assertEquals(free.map(({ next, end }) => [next, end]), [[2, 4], [5, 10]]);
    assertEquals(blocks.left, 7);
  },
});

Deno.test({
  name: "SharedBlocks lets a lane without work wait until there is some, or all have arrived",
  permissions,
  async fn() {
    const blocks = new SharedBlocks(3);
    const run = await taken(blocks);
    const waiting = blocks.next(never);
    blocks.giveUp(run);
    assertEquals((await waiting)?.end, 3);
    const last = blocks.next(never);
    for (const place of [0, 1, 2]) blocks.arrived(place);
    assertEquals(await last, undefined);
    assert(blocks.complete.aborted);
    const retired = new AbortController();
    const other = new SharedBlocks(1);
    await taken(other);
    const waits = other.next(retired.signal);
    retired.abort();
    assertEquals(await waits, undefined);
  },
});

Deno.test({
  name: "SharedBlocks brings every block to arrive, whatever lanes come, go and stall",
  permissions,
  fn() {
    const step = fc.record({
      lane: fc.nat(3),
      act: fc.constantFrom("block", "block", "block", "lost", "stall"),
    });
    fc.assert(fc.property(fc.nat(60), fc.array(step, { maxLength: 200 }), (count, steps) => {
      const blocks = new SharedBlocks(count);
      const lanes = new Map<number, { run: Run; start: number }>();
      const arrived = new Set<number>();
      const take = (lane: number) => {
        const run = blocks.take();
        if (run !== undefined) lanes.set(lane, { run, start: run.next });
      };
      const act = (lane: number, what: string) => {
        const at = lanes.get(lane);
        if (at === undefined) return take(lane);
        const { run, start } = at;
        if (what === "stall") return blocks.giveUp(run);
        if (what === "block" && run.next < run.end) {
          const place = run.next++;
          assertEquals(blocks.arrived(place), !arrived.has(place));
          arrived.add(place);
        }
        if (what === "block" && run.next < run.end) return;
        blocks.finish(run, start);
        lanes.delete(lane);
      };
      for (const { lane, act: what } of steps) act(lane, what);
      for (let i = 0; blocks.left > 0 && i < 10 * count + 10; i++) act(i % 4, "block");
      assertEquals([blocks.left, arrived.size], [0, count]);
    }));
  },
});
