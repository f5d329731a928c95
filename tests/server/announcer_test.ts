import { assertEquals } from "@std/assert";
import { ANNOUNCE_DELAY_MS, MAX_ANNOUNCED_FILES } from "../../lib/base/limits.ts";
import { SILENT } from "../../lib/base/log.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { Announcer } from "../../lib/server/announcer.ts";
import type { StorePath } from "../../lib/storage/store_path.ts";
import { openServices } from "../../lib/server/services.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** An announcer, and what a user gets who may know of all files except these. */
function announced(...hidden: string[]) {
  const sent: (string | undefined)[] = [];
  const announcer = new Announcer((textFor) => {
    sent.push(textFor((path) => !hidden.includes(path)));
  });
  const upload = (user: string, ...paths: string[]) => {
    for (const path of paths) announcer.uploaded(user, path as StorePath);
  };
  return { sent, upload, [Symbol.dispose]: () => announcer[Symbol.dispose]() };
}

Deno.test("Announcer sends several files of one user as one notice", async () => {
  using time = new FakeTime();
  using all = announced();
  all.upload("ana", "a\u202e.txt");
  await time.advance(ANNOUNCE_DELAY_MS - 1);
  all.upload("ana", "b.txt");
  all.upload("ben", "c.txt", "d.txt", "e.txt");
  assertEquals(all.sent, []);
  await time.advance(1);
  assertEquals(all.sent, ["ana uploaded a\\u202e.txt and 1 more file"]);
  all.upload("ana", "f.txt");
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(all.sent.slice(1), ["ben uploaded c.txt and 2 more files", "ana uploaded f.txt"]);
});

Deno.test("Announcer leaves hidden files out of a notice, also from their number", async () => {
  using time = new FakeTime();
  using some = announced("a", "c", "hidden");
  some.upload("ana", "a", "b", "c", "d");
  some.upload("ben", "hidden");
  some.upload("eve", "hidden", "b");
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(some.sent, ["ana uploaded b and 1 more file", undefined, "eve uploaded b"]);
});

Deno.test("Announcer counts files up to a limit", async () => {
  using time = new FakeTime();
  using all = announced();
  const paths = (count: number) => Array.from({ length: count }, (_, i) => `f${i}`);
  all.upload("ana", ...paths(MAX_ANNOUNCED_FILES));
  all.upload("ben", ...paths(MAX_ANNOUNCED_FILES + 1));
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(all.sent, [
    `ana uploaded f0 and ${MAX_ANNOUNCED_FILES - 1} more files`,
    `ben uploaded f0 and at least ${MAX_ANNOUNCED_FILES - 1} more files`,
  ]);
});

Deno.test("Announcer drops what is not sent yet when it is disposed", async () => {
  using time = new FakeTime();
  using all = announced();
  {
    using dropped = all;
    dropped.upload("ana", "a.txt");
  }
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(all.sent, []);
});

for (const announceUploads of [undefined, false]) {
  Deno.test(`openServices with announceUploads ${announceUploads} announces uploads accordingly`, async () => {
    await using dir = await tempDir();
    using time = new FakeTime();
    await using services = await openServices({
      ...{ root: dir.join("root"), state: dir.join("state"), anonymous: "write", log: SILENT },
      announceUploads,
    });
    const session = {
      connection: { remote: "127.0.0.1:1", encrypted: false, signal: new AbortController().signal },
      log: SILENT,
      dialect: "test",
      countSeat: () => ({ [Symbol.dispose]() {} }),
    };
    const { files, chat } = await services.login({ kind: "anonymous" }, session);
    const seat = chat.join({ dialect: "test", name: "ana" });
    const bytes = new Uint8Array(5);
    await files.writeMany([smallFile({ path: "a.txt", bytes, mtimeMs: 0, executable: false })]);
    await time.advance(ANNOUNCE_DELAY_MS);
    seat[Symbol.dispose]();
    const texts = await Array.fromAsync(seat.messages, ({ text }) => text);
    assertEquals(texts, announceUploads === false ? [] : ["ana uploaded a.txt"]);
  });
}
