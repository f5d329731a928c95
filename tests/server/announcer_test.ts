import { assertEquals } from "@std/assert";
import { ANNOUNCE_DELAY_MS } from "../../lib/base/limits.ts";
import { SILENT } from "../../lib/base/log.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { Announcer } from "../../lib/server/announcer.ts";
import { openServices } from "../../lib/server/services.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("Announcer sends several files of one user as one notice", async () => {
  using time = new FakeTime();
  const sent: [string, string][] = [];
  using announcer = new Announcer((text, path) => sent.push([text, path]));
  announcer.uploaded("ana", "a\x1b[2J.txt");
  await time.advance(ANNOUNCE_DELAY_MS - 1);
  announcer.uploaded("ana", "b.txt");
  for (const path of ["c.txt", "d.txt", "e.txt"]) announcer.uploaded("ben", path);
  assertEquals(sent, []);
  await time.advance(1);
  assertEquals(sent, [["ana uploaded a\\x1b[2J.txt and 1 more file", "a\x1b[2J.txt"]]);
  announcer.uploaded("ana", "f.txt");
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(sent.slice(1), [
    ["ben uploaded c.txt and 2 more files", "c.txt"],
    ["ana uploaded f.txt", "f.txt"],
  ]);
});

Deno.test("Announcer drops what is not sent yet when it is disposed", async () => {
  using time = new FakeTime();
  const sent: string[] = [];
  {
    using announcer = new Announcer((text) => sent.push(text));
    announcer.uploaded("ana", "a.txt");
  }
  await time.advance(ANNOUNCE_DELAY_MS);
  assertEquals(sent, []);
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
