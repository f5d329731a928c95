import { assertEquals } from "@std/assert";
import { PartBuffer } from "../../lib/object_store/part_buffer.ts";
import { partNumbered } from "../../lib/object_store/part_layout.ts";
import { PartMemory } from "../../lib/object_store/part_memory.ts";
import { pure } from "../../testing/pure.ts";

const place = { ...partNumbered(1), size: 12 };

/** A part in memory that another one has left full of ones. */
function usedPart(): PartBuffer {
  const memory = new PartMemory(12);
  const part = new PartBuffer(place, memory);
  part.use(memory.takeAnyway(12).fill(1));
  return part;
}

pure("PartBuffer has zeros where nothing was written, whatever its memory had", () => {
  const written = Uint8Array.of(7, 8, 9);
  const cases: [(part: PartBuffer) => void, number[]][] = [
    [() => {}, [0, 0, 0, 0, 0, 0, 0, 0]],
    [(part) => part.write(0, written), [7, 8, 9, 0, 0, 0, 0, 0]],
    [(part) => part.write(2, written), [0, 0, 7, 8, 9, 0, 0, 0]],
    [(part) => part.write(7, written), [0, 0, 0, 0, 0, 0, 0, 7]],
    [(part) => [5, 1].forEach((at) => part.write(at, written)), [0, 7, 8, 9, 0, 7, 8, 9]],
    [(part) => {
      part.write(2, written);
      part.cut(3);
      part.write(6, written);
    }, [0, 0, 7, 0, 0, 0, 7, 8]],
    [(part) => part.restore(Uint8Array.of(5, 5, 6), "0-1,2-3"), [5, 0, 6, 0, 0, 0, 0, 0]],
  ];
  for (const [write, expected] of cases) {
    for (const at of [0, 3, 7]) {
      const part = usedPart();
      write(part);
      const into = new Uint8Array(8 - at).fill(3);
      part.read(at, into);
      assertEquals([...into], expected.slice(at));
      assertEquals([...part.content(8)], expected);
    }
  }
});
