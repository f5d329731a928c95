import { assertEquals } from "@std/assert";
import { hashLines, LineHasher } from "../../lib/base/line_hasher.ts";

Deno.test("hashLines and LineHasher compute the same digest, however many lines there are", async () => {
  for (const count of [0, 1, 512, 513, 65_536, 65_537]) {
    const lines = Array.from({ length: count }, (_, i) => `${i} é\0\n`);
    const hasher = new LineHasher();
    for (const line of lines) hasher.add(line);
    assertEquals(await hashLines(lines), hasher.finish(), `${count} lines`);
  }
});
