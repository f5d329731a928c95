import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { UploadFences } from "../../lib/service/upload_fences.ts";
import { pure } from "../../testing/pure.ts";

pure(
  "UploadFences fences off all writers but the newest at once (stale-writer-is-fenced)",
  () => {
    const fences = new UploadFences();
    const first = fences.claim("upload");
    const other = fences.claim("another");
    first.check();
    const second = fences.claim("upload");
    const error = assertThrows(() => first.check(), FtError);
    assertEquals([error.code, error.retryable], ["conflict", false]);
    assertEquals([first.signal.aborted, second.signal.aborted], [true, false]);
    second.check();
    other.check();
  },
);

pure("UploadFences forgets an upload only with its newest writer", () => {
  const fences = new UploadFences();
  const first = fences.claim("upload");
  const second = fences.claim("upload");
  first[Symbol.dispose]();
  const third = fences.claim("upload");
  assertEquals(second.signal.aborted, true);
  third[Symbol.dispose]();
  fences.claim("upload");
  assertEquals(third.signal.aborted, false);
});
