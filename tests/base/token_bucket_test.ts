import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { TokenBucket } from "../../lib/base/token_bucket.ts";
import { pure } from "../../testing/pure.ts";

pure("TokenBucket allows a burst, then says when the next token is there", () => {
  const bucket = new TokenBucket({ burst: 3, perSecond: 2, what: "requests" });
  const refused = (nowMs: number) => {
    const error = assertThrows(() => bucket.take(nowMs), FtError, "more than 2 requests a second");
    assertEquals([error.code, error.retryable], ["limit", true]);
    return error.retryAfterMs;
  };
  for (let n = 0; n < 3; n++) bucket.take(1000);
  assertEquals(refused(1000), 500);
  assertEquals(refused(1400), 100);
  bucket.take(1500);
  assertEquals(refused(1500), 500);
});

pure("TokenBucket holds no more than a burst, and nothing for a clock that goes back", () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 1, what: "messages" });
  for (const nowMs of [1e9, 1e9, 1e9 + 5e8, 1e9 + 5e8]) bucket.take(nowMs);
  assertThrows(() => bucket.take(1e9 + 5e8), FtError);
  assertThrows(() => bucket.take(0), FtError);
  assertThrows(() => bucket.take(1e9 + 5e8 + 999), FtError);
  bucket.take(1e9 + 5e8 + 1000);
});
