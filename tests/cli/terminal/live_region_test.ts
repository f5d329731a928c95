import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LiveRegion } from "../../../lib/cli/terminal/live_region.ts";
import { pure } from "../../../testing/pure.ts";

const size = { columns: 80, rows: 24 };
const line = (text: string) => ({ text, width: text.length });

pure("LiveRegion erases the rows that wrapped when the terminal became narrower", () => {
  const region = new LiveRegion();
  region.set(region, [line("x".repeat(79)), line("y".repeat(50))]);
  region.draw(size);
  assertEquals(region.erase(80), "\x1b[G\x1b[1A\x1b[J");
  region.draw(size);
  // 79 columns take 3 rows of 30, and the cursor is in the second row of the 50.
  assertEquals(region.erase(30), "\x1b[G\x1b[4A\x1b[J");
  assertEquals(region.erase(30), "", "only once");
});

pure("LiveRegion finds the row of the cursor in a line being typed that has wrapped", () => {
  const region = new LiveRegion();
  region.set(region, [line("progress")]);
  region.setPrompt({ text: "> " + "z".repeat(70), column: 2 });
  region.draw(size);
  assertEquals(region.erase(20), "\x1b[G\x1b[1A\x1b[J");
  region.setPrompt({ text: "> " + "z".repeat(70), column: 45 });
  region.draw(size);
  assertEquals(region.erase(20), "\x1b[G\x1b[3A\x1b[J");
});

pure(
  "LiveRegion draws no more lines than the terminal has rows, and always the one being typed",
  () => {
    const region = new LiveRegion();
    region.set(region, ["a", "b", "c", "d"].map(line));
    assertEquals(region.draw({ columns: 80, rows: 3 }), "a\nb\nc");
    region.setPrompt({ text: "> ", column: 2 });
    assertEquals(region.draw({ columns: 80, rows: 3 }), "a\nb\n> \x1b[3G");
    assertEquals(region.draw({ columns: 80, rows: 1 }), "a\n> \x1b[3G");
  },
);

pure("LiveRegion never writes a carriage return, nor moves up further than it has drawn", () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 79 }), {
    maxLength: 30,
  });
  fc.assert(fc.property(texts, fc.integer({ min: 1, max: 40 }), (all, rows) => {
    const region = new LiveRegion();
    region.set(region, all.map(line));
    const drawn = region.draw({ columns: 80, rows });
    const erased = region.erase(80);
    const up = Number(/\[(\d+)A/.exec(erased)?.[1] ?? 0);
    assertEquals(up, drawn.split("\n").length - 1);
    assertEquals((drawn + erased).includes("\r"), false);
  }));
});
