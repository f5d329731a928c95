import { assertEquals } from "@std/assert";
import { MAX_READING_AHEAD, READ_AHEAD_BLOCKS } from "../../lib/base/limits.ts";
import { ReadAhead } from "../../lib/service/read_ahead.ts";
import { pure } from "../../testing/pure.ts";

pure("ReadAhead lets the first few reads run ahead, and another once one has ended", () => {
  const ahead = new ReadAhead();
  const first = Array.from({ length: MAX_READING_AHEAD }, () => ahead.begin());
  assertEquals(first.map(({ blocks }) => blocks), first.map(() => READ_AHEAD_BLOCKS));
  const late = ahead.begin();
  assertEquals(late.blocks, 1);
  late[Symbol.dispose]();
  assertEquals(ahead.begin().blocks, 1);
  first[0]![Symbol.dispose]();
  assertEquals(ahead.begin().blocks, READ_AHEAD_BLOCKS);
});
