import { assertEquals } from "@std/assert";
import { ANNOUNCE_DELAY_MS } from "../../lib/base/limits.ts";
import { putFiles } from "../../lib/client/transfer/put/put_files.ts";
import type { ChatMessage } from "../../lib/chat/seat.ts";
import { Announcer } from "../../lib/server/announcer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

async function upload(local: TestServer, ...names: string[]): Promise<void> {
  for (const name of names) await Deno.writeTextFile(local.dir.join(name), name);
  const sources = names.map((name) => local.dir.join(name));
  const how = { existing: "refuse", times: true, resume: true, recursive: false } as const;
  const options = { ...how, transfers: 1, retries: 0, sources, to: "." };
  await putFiles(() => local.connect(), options, () => {});
}

async function untilSaid(messages: AsyncIterable<ChatMessage>, last: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of messages) {
    texts.push(text);
    if (text === last) break;
  }
  return texts;
}

Deno.test("Announcer tells who uploaded what, several files in one notice", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  await upload(local, "a.txt", "b.txt");
  assertEquals(await untilSaid(seat.messages, "guest uploaded a.txt and 1 more file"), [
    "guest uploaded a.txt and 1 more file",
  ]);
});

Deno.test("startServer announces nothing when told so", async () => {
  await using local = await testServer({ announceUploads: false });
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  await upload(local, "a.txt");
  // Longer than an announcement waits, by the same clock.
  setTimeout(() => local.server.chat.broadcast("end"), 2 * ANNOUNCE_DELAY_MS);
  assertEquals(await untilSaid(seat.messages, "end"), ["end"]);
});

Deno.test("Announcer drops what was not told when it is disposed", () => {
  const told: string[] = [];
  {
    using announcer = new Announcer((text) => told.push(text));
    announcer.uploaded("ana", "a\x1b[2J.txt");
  }
  assertEquals(told, []);
});
