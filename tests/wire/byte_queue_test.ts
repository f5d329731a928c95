import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ByteQueue } from "../../lib/wire/byte_queue.ts";
import { pure } from "../../testing/pure.ts";

pure("ByteQueue returns bytes in the order they were added", () => {
  const queue = new ByteQueue(2);
  queue.push(new Uint8Array([1, 2, 3]));
  assertEquals([...queue.take(2)], [1, 2]);
  queue.push(new Uint8Array([4, 5, 6, 7]));
  assertEquals([...queue.peek(2)], [3, 4]);
  assertEquals([...queue.take()], [3, 4, 5, 6, 7]);
  assertEquals([queue.length, queue.take(9).length], [0, 0]);
});

pure("ByteQueue finds a byte within a limit", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array([9, 9, 1, 9]));
  queue.take(1);
  assertEquals([queue.indexOf(1), queue.indexOf(1, 1), queue.indexOf(1, 2), queue.indexOf(5)], [
    ...[1, -1, 1, -1],
  ]);
});

pure("ByteQueue accepts space whose buffer was transferred", () => {
  const queue = new ByteQueue(8);
  queue.push(new Uint8Array([1, 2]));
  const space = queue.space(4);
  const offset = space.byteOffset;
  const moved = new Uint8Array(space.buffer.transfer(), offset);
  moved.set([3, 4]);
  queue.filled(moved, 2);
  assertEquals([...queue.take()], [1, 2, 3, 4]);
});

pure("ByteQueue releases a large buffer once it is empty", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array(1_000_000));
  queue.take();
  assert(queue.space(4096).buffer.byteLength < 100_000);
});

pure("ByteQueue behaves as a list of bytes under random operations", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ push: bytes })),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ read: bytes })),
    fc.nat(60).map((count) => ({ take: count })),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new ByteQueue(4);
    let model: number[] = [];
    for (const done of steps) {
      if ("push" in done) {
        queue.push(done.push);
        model.push(...done.push);
      } else if ("read" in done) {
        const space = queue.space(50);
        assert(space.length * 4 >= 50);
        const read = done.read.subarray(0, space.length);
        space.set(read);
        queue.filled(space, read.length);
        model.push(...read);
      } else {
        assertEquals([...queue.take(done.take)], model.slice(0, done.take));
        model = model.slice(done.take);
      }
      assertEquals(queue.length, model.length);
      assertEquals([...queue.peek()], model);
    }
  }));
});
