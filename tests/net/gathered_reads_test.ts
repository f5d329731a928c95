import { assertEquals, assertRejects } from "@std/assert";
import type { Socket } from "../../lib/net/connection.ts";
import { GatheredReads } from "../../lib/net/gathered_reads.ts";
import { pure } from "../../testing/pure.ts";

const RECORD = 16 * 1024;

/** The result of a read of a scripted socket: bytes, the end, an error, or bytes later. */
type Step = number | null | Error | Promise<number>;

/** A socket that returns one step per read. The value of a byte is its position in the stream. */
function scripted(steps: Step[]): Socket & { reads: number } {
  let at = 0;
  return {
    reads: 0,
    async read(into) {
      this.reads++;
      const step = await steps.shift()!;
      if (step === null) return null;
      if (step instanceof Error) throw step;
      const count = Math.min(step, into.length);
      for (let i = 0; i < count; i++) into[i] = at++ % 251;
      return count;
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
}

Deno.test({
  name: "GatheredReads returns all buffered records, and does not wait for more",
  ...pure,
  async fn() {
    const { promise, resolve } = Promise.withResolvers<number>();
    const socket = new GatheredReads(scripted([RECORD, RECORD, 100, RECORD, promise, null]));
    const into = new Uint8Array(8 * RECORD);
    assertEquals(await socket.read(into), 2 * RECORD + 100);
    assertEquals(await socket.read(into), RECORD);
    resolve(7);
    assertEquals(await socket.read(into), 7);
    assertEquals(await socket.read(into), null);
  },
});

Deno.test({
  name: "GatheredReads keeps bytes that have no room",
  ...pure,
  async fn() {
    const { promise, resolve } = Promise.withResolvers<number>();
    const socket = new GatheredReads(scripted([RECORD, promise, 3, null]));
    assertEquals(await socket.read(new Uint8Array(4 * RECORD)), RECORD);
    resolve(RECORD);
    const rest: number[] = [];
    for (let room = 1000;; room *= 3) {
      const into = new Uint8Array(room);
      const count = await socket.read(into);
      if (count === null) break;
      rest.push(...into.subarray(0, count));
    }
    assertEquals(rest, Array.from({ length: RECORD + 3 }, (_, i) => (RECORD + i) % 251));
  },
});

Deno.test({
  name: "GatheredReads reports an error after the bytes before it",
  ...pure,
  async fn() {
    const socket = new GatheredReads(scripted([RECORD, RECORD, new Error("reset")]));
    const into = new Uint8Array(8 * RECORD);
    assertEquals(await socket.read(into), 2 * RECORD);
    await assertRejects(() => socket.read(into), Error, "reset");
  },
});

Deno.test({
  name: "GatheredReads does not read ahead while records are small",
  ...pure,
  async fn() {
    const inner = scripted([10, 20, null]);
    const socket = new GatheredReads(inner);
    assertEquals(await socket.read(new Uint8Array(RECORD * 2)), 10);
    assertEquals(inner.reads, 1);
  },
});
