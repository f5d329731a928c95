import { assertEquals } from "@std/assert";
import { MAX_WEB_RANGES } from "../../../lib/base/limits.ts";
import { parseRanges } from "../../../lib/web/http/byte_ranges.ts";

const HUGE = "9".repeat(40);

Deno.test({
  name: "parseRanges reads ranges from either end, and cuts them at the end of the file",
  permissions: "none",
  fn() {
    const cases: [string | null, ReturnType<typeof parseRanges>][] = [
      [null, "all"],
      ["bytes=0-0", [{ start: 0, end: 1 }]],
      ["bytes=2-", [{ start: 2, end: 10 }]],
      ["bytes=8-99", [{ start: 8, end: 10 }]],
      ["bytes=-3", [{ start: 7, end: 10 }]],
      ["bytes=-99", [{ start: 0, end: 10 }]],
      ["BYTES = 0-1 , 4-5,", [{ start: 0, end: 2 }, { start: 4, end: 6 }]],
      ["bytes=4-5,0-1", [{ start: 4, end: 6 }, { start: 0, end: 2 }]],
      ["bytes=9-9,10-11", [{ start: 9, end: 10 }]],
      ["bytes=10-", "none"],
      ["bytes=-0", "none"],
      [`bytes=${HUGE}-`, "none"],
    ];
    for (const [field, ranges] of cases) assertEquals(parseRanges(field, 10), ranges, `${field}`);
    assertEquals(parseRanges("bytes=0-", 0), "none");
  },
});

Deno.test({
  name: "range-underflow-and-overflow: parseRanges ignores what is invalid or too much",
  permissions: "none",
  fn() {
    const fields = [
      "bytes=",
      "bytes=-",
      "bytes=1",
      "bytes=5-2",
      "bytes=a-b",
      "bytes=--1",
      "lines=0-1",
    ];
    const many = Array<string>(MAX_WEB_RANGES + 1).fill("0-0").join(",");
    for (const field of [...fields, "bytes=0-1,x", `bytes=${HUGE}-2`, `bytes=${many}`]) {
      assertEquals(parseRanges(field, 100), "all", field);
    }
    assertEquals(parseRanges("bytes=0-,0-,0-", 10), "all", "more than the file has");
    assertEquals(parseRanges(`bytes=0-${HUGE}`, 10), [{ start: 0, end: 10 }]);
  },
});
