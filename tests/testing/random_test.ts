/**
 * Repeatable random numbers.
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../testing/random.ts";
import { pure } from "../../testing/pure.ts";

const five = (random: Random) => Array.from({ length: 5 }, () => random.next());

pure(
  "Random yields the same numbers for the same seed and words, and different ones otherwise",
  () => {
    assertEquals(five(Random.of(1, "a", 0)), five(Random.of(1, "a", 0)));
    assertNotEquals(five(Random.of(1, "a", 0)), five(Random.of(1, "a", 1)));
    assertNotEquals(five(Random.of(1, "a", 0)), five(Random.of(2, "a", 0)));
  },
);

pure("Random.below reaches every number below its end, and no other", () => {
  const random = new Random(7);
  const seen = new Set(Array.from({ length: 200 }, () => random.below(4)));
  assertEquals([...seen].sort(), [0, 1, 2, 3]);
});

pure("Random.bytes returns the requested length, and rarely the same byte twice in a row", () => {
  const bytes = new Random(3).bytes(4097);
  assertEquals(bytes.length, 4097);
  assert(bytes.filter((byte, i) => byte === bytes[i - 1]).length < 100);
});
