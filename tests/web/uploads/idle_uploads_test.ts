import { assertEquals } from "@std/assert";
import { MAX_IDLE_WEB_UPLOADS, WEB_UPLOAD_IDLE_MS } from "../../../lib/base/limits.ts";
import { IdleUploads } from "../../../lib/web/uploads/idle_uploads.ts";
import { FakeTime } from "../../../testing/fake_time.ts";

/** Uploads that note that they were closed. */
function noting(): { closed: string[]; upload(id: string): AsyncDisposable } {
  const closed: string[] = [];
  return {
    closed,
    upload: (id) => ({
      [Symbol.asyncDispose]: () => {
        closed.push(id);
        return Promise.resolve();
      },
    }),
  };
}

Deno.test("IdleUploads closes an upload that waits too long for its next request", async () => {
  using time = new FakeTime();
  const { closed, upload } = noting();
  await using idle = new IdleUploads();
  const first = upload("1");
  idle.give("1", first);
  await time.advance(WEB_UPLOAD_IDLE_MS - 1000);
  assertEquals(idle.take("1"), first);
  assertEquals(idle.take("1"), undefined);
  idle.give("1", first);
  idle.give("2", upload("2"));
  await time.advance(WEB_UPLOAD_IDLE_MS - 1000);
  assertEquals(closed, []);
  await time.advance(20_000);
  assertEquals(closed, ["1", "2"]);
  assertEquals(idle.take("1"), undefined);
});

Deno.test("IdleUploads closes the one that has waited longest if there are too many, and all in the end", async () => {
  const { closed, upload } = noting();
  {
    await using idle = new IdleUploads();
    for (let i = 0; i < MAX_IDLE_WEB_UPLOADS; i++) idle.give(`${i}`, upload(`${i}`));
    assertEquals(closed, []);
    idle.give("0", idle.take("0")!);
    idle.give("last", upload("last"));
    assertEquals(closed, ["1"]);
  }
  assertEquals(closed.length, MAX_IDLE_WEB_UPLOADS + 1);
});
