import { assertEquals } from "@std/assert";
import { BLOCKS_AFTER_SLOW_READ, SLOW_READ_MS } from "../../lib/base/limits.ts";
import { ReadPlace } from "../../lib/storage/read_place.ts";
import { pure } from "../../testing/pure.ts";

pure("ReadPlace reads on this thread while content comes from memory", () => {
  const place = new ReadPlace(false);
  for (let i = 0; i < 3; i++) {
    assertEquals(place.next(), true);
    place.took(SLOW_READ_MS);
  }
});

pure("ReadPlace leaves the disk to another thread, and tries again later", () => {
  const place = new ReadPlace(false);
  for (let round = 0; round < 2; round++) {
    assertEquals(place.next(), true);
    place.took(SLOW_READ_MS + 1);
    for (let i = 0; i < BLOCKS_AFTER_SLOW_READ; i++) assertEquals(place.next(), false);
  }
});

pure("ReadPlace uses other threads where there are cores to spare", () => {
  const place = new ReadPlace(true);
  assertEquals([place.next(), place.next()], [false, false]);
});
