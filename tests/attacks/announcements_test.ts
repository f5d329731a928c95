/**
 * Learning from the announcements of uploads which files exist in a folder that may not be listed.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import type { RemoteSeat } from "../../lib/client/remote/remote_chat.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { blockOf, content, totalOf } from "../conformance/content.ts";

/** A server where nobody without a login may list `secret`, but everybody may upload into it. */
async function served(): Promise<TestServer> {
  const server = await testServer();
  using database = openAuthDatabase(server.state);
  const actions = ["list", "read"] as const;
  new Rules(database).add({ subject: "*", effect: "deny", actions, path: "secret" });
  return server;
}

const bytes = content(10, 1);

/** Every way to upload a file. */
const WAYS: Record<string, (server: TestServer, remote: Remote, path: string) => Promise<void>> = {
  async stage(_server, { files }, path) {
    await using upload = await files.stage(path);
    await upload.write(blockOf(bytes, 0));
    await upload.commit(totalOf(bytes));
  },
  async "batch"(_server, { files }, path) {
    const [result] = await files.writeMany([
      smallFile({ path, bytes, mtimeMs: 0, executable: false }),
    ]);
    assertEquals("value" in result!, true);
  },
  async json({ url }, _remote, fileName) {
    using peer = await rawPeer(url);
    await peer.say(lengthAnd(JSON.stringify({ command: "put", fileName, fileContent: "x" })));
    await peer.text(4);
  },
  async updown({ url }, _remote, path) {
    using peer = await rawPeer(url);
    await peer.say(`UPLOAD ${path}\n`, bytes);
    await peer.finish();
    await peer.rest();
  },
};

async function firstUpload({ messages }: RemoteSeat): Promise<string> {
  for await (const { text } of messages) if (text.includes("uploaded")) return text;
  throw new Error("the chat ended");
}

for (const [way, upload] of Object.entries(WAYS)) {
  Deno.test(`announcements by ${way} reveal no hidden file, however its path is spelled`, async () => {
    await using server = await served();
    await using remote = await server.connect();
    await using seat = await remote.chat.join({ name: "listener" });
    await using other = await server.connect();
    const spellings = ["./secret/a", "secret//b", ".//secret/./c", "SECRET/d", "\u017fecret/e"];
    for (const path of spellings) await upload(server, other, path);
    // It may know of this one, but not how many others there were.
    await upload(server, other, "./open//f");
    assertEquals(await firstUpload(seat), "guest uploaded open/f");
  });
}

Deno.test("the log names files by their cleaned paths, in every operation", async () => {
  await using server = await served();
  await using remote = await server.connect();
  for (const [way, upload] of Object.entries(WAYS)) await upload(server, remote, `./a//${way}`);
  await remote.files.mkdir("./d//e");
  await remote.files.move(".//a", "d/./f");
  await remote.files.remove("./d//f/stage");
  const changes = ["transfer.end", "file.moved", "file.removed", "folder.made"];
  const names = server.logged("name", "to").filter(([event]) => changes.includes(String(event)));
  assertEquals(names, [
    ...Object.keys(WAYS).map((way) => ["transfer.end", `a/${way}`, undefined]),
    ["folder.made", "d/e", undefined],
    ["file.moved", "a", "d/f"],
    ["file.removed", "d/f/stage", undefined],
  ]);
});
