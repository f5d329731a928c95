import { assertEquals } from "@std/assert";
import { FtError, hasCode } from "../../lib/base/errors.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { framed } from "../../lib/dialects/framed.ts";
import { line } from "../../lib/dialects/line.ts";
import type { Block, FileInfo, Files } from "../../lib/service/files.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { chatOf } from "../../testing/chat_of.ts";
import { serveDialect } from "../../testing/dialect_session.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { bytesOf } from "../../testing/network/raw_peer.ts";

/** A dialect, its request for `a.txt`, and the parts of answers and broadcasts to look for. */
const DIALECTS: readonly {
  readonly dialect: Dialect;
  readonly request: string | Uint8Array;
  readonly parts: RegExp;
}[] = [
  { dialect: line, request: "GET a.txt\n", parts: /OK|first|last|MSGS|ERR/g },
  {
    dialect: framed,
    request: encodeFrame("FILE", bytesOf("a.txt")),
    parts: /FROK|first|last|CHAT|FERR/g,
  },
];

/** A file of two blocks; `between` runs after the first is sent. */
function fileWith(between: () => Promise<void>): Partial<Files> {
  const info: FileInfo = {
    ...{ path: "a.txt", type: "file", bytes: 9, mtimeMs: 0, executable: false, revision: "1" },
  };
  const block = (index: number, text: string): Block => ({
    ...{
      index,
      bytes: new Uint8Array(bytesOf(text)),
      digest: new Uint8Array(32),
      [Symbol.dispose]() {},
    },
  });
  async function* blocks() {
    yield block(0, "first");
    await between();
    yield block(1, "last");
  }
  const reading = { info, blocks: blocks(), [Symbol.asyncDispose]: () => Promise.resolve() };
  return {
    stat: () => Promise.resolve(info),
    sum: () => Promise.resolve("0".repeat(64)),
    read: () => Promise.resolve(reading),
  };
}

for (const { dialect, request, parts } of DIALECTS) {
  const begun = dialect === line ? "OK" : "FROK";
  const broadcast = dialect === line ? "MSGS" : "CHAT";
  const refused = dialect === line ? "ERR" : "FERR";

  Deno.test(`${dialect.name} sends broadcasts after the last byte of a file`, async () => {
    using time = new FakeTime();
    const hub = new Hub();
    const sent = Promise.withResolvers<void>();
    const files = fileWith(async () => {
      for (const text of ["1", "2"]) hub.broadcast(text);
      await time.settle();
      sent.resolve();
    }) as Files;
    await using session = serveDialect(dialect, { login: { files, chat: chatOf(hub).chat } });
    await session.say(request);
    await sent.promise;
    await time.settle();
    await session.client.closeWrite();
    assertEquals((await session.rest()).match(parts), [
      ...[begun, "first", "last", broadcast, broadcast],
    ]);
  });

  Deno.test(`${dialect.name} completes a file during a drain, and answers no further request`, async () => {
    using time = new FakeTime();
    let working = 0;
    const files = fileWith(async () => {
      session.draining.abort(new FtError("network", "the server is stopping"));
      await time.settle();
      working = session.working;
    }) as Files;
    const login = { files, chat: chatOf(new Hub()).chat };
    await using session = serveDialect(dialect, { login });
    await session.say(request, request);
    await time.settle();
    await session.client.closeWrite();
    assertEquals((await session.rest()).match(parts), [begun, "first", "last"]);
    assertEquals([working, session.working, session.established], [1, 0, 1]);
  });

  Deno.test(`${dialect.name} refuses a command above its cap, and closes`, async () => {
    using _time = new FakeTime();
    await using session = serveDialect(dialect, { login: { chat: chatOf(new Hub()).chat } });
    await session.say(
      dialect === line ? "x".repeat(40_000) : encodeFrame("FILE", new Uint8Array(5000)),
    );
    // The client keeps its side open.
    assertEquals((await session.rest()).match(parts), [refused]);
  });
}

Deno.test("framed answers nothing to a client that disconnects in the middle of a frame", async () => {
  using _time = new FakeTime();
  await using session = serveDialect(framed, { login: { chat: chatOf(new Hub()).chat } });
  await session.say(encodeFrame("FILE", bytesOf("a.txt")).subarray(0, 15));
  await session.client.closeWrite();
  assertEquals(hasCode(await session.ended, "network"), true);
  await session.connection.closeWrite();
  assertEquals(await session.rest(), "");
});
