import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { ChatMessage } from "../../../lib/chat/seat.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { type TestServer, testServer } from "../../../testing/test_server.ts";
import { framedCodec } from "../../../lib/client/legacy/framed_codec.ts";
import { LegacyChat } from "../../../lib/client/legacy/legacy_chat.ts";
import { lineCodec } from "../../../lib/client/legacy/line_codec.ts";
import { PersistentServer } from "../../../lib/client/legacy/persistent_server.ts";
import { sampleBytes } from "../../../testing/content.ts";

function connect({ server }: TestServer, dialect: string): Promise<Remote> {
  const url = server.addresses[0]!.replace("ft://", `ft+${dialect}://`);
  return openRemote(parseEndpoint(url), { timeoutMs: 10_000 });
}

async function next(messages: AsyncIterable<ChatMessage>): Promise<string> {
  for await (const { kind, from, text } of messages) {
    if (kind === "message") return `${from}: ${text}`;
  }
  return "";
}

for (const dialect of ["line", "framed"]) {
  const server = dialect === "line" ? "SERVER" : "SERVIDOR";

  Deno.test(`chat over ${dialect} carries messages both ways, before and after a file`, async () => {
    await using live = await testServer();
    await Deno.writeFile(`${live.root}/a.bin`, sampleBytes(100_000));
    await using native = await live.connect();
    await using heard = await native.chat.join({ name: "ana" });
    const endpoint = parseEndpoint(live.server.addresses[0]!.replace("ft:", `ft+${dialect}:`));
    const codec = dialect === "line" ? lineCodec : framedCodec;
    await using remote = await PersistentServer.open(codec, { endpoint, timeoutMs: 10_000 });
    const chat = new LegacyChat(remote);
    await using seat = await chat.join();
    await chat.say("one");
    assertEquals(await next(heard.messages), "guest: one");
    await native.chat.say("two");
    assertEquals(await next(seat.messages), `${server}: ana: two`);
    {
      await using content = await remote.fetch("a.bin");
      await native.chat.say("three");
      let bytes = 0;
      for await (const piece of content.pieces) bytes += piece.length;
      assertEquals(bytes, 100_000);
    }
    assertEquals(await next(seat.messages), `${server}: ana: three`);
    await assertRejects(() => chat.join(), FtError, "has a seat");
    // A file that is not read to its end does not affect the next one.
    {
      await using content = await remote.fetch("a.bin");
      assertEquals(content.bytes, 100_000);
    }
    await using again = await remote.fetch("a.bin");
    assertEquals(again.bytes, 100_000);
  });

  Deno.test(`chat over ${dialect} names the features that it lacks`, async () => {
    await using live = await testServer();
    await using remote = await connect(live, dialect);
    for (
      const ask of [
        () => remote.chat.who(),
        () => remote.chat.join({ name: "ana" }),
        () => remote.chat.say("hi", { to: "ana" }),
      ]
    ) {
      const error = await assertRejects(ask, FtError, `the ${dialect} dialect has no `);
      assertEquals(error.code, "protocol");
    }
  });
}

Deno.test("chat over line ends with the signal of its call", async () => {
  await using live = await testServer();
  await using remote = await connect(live, "line");
  const signal = AbortSignal.abort(new FtError("interrupted", "by hand"));
  await assertRejects(() => remote.chat.say("hi", { signal }), FtError, "by hand");
});

Deno.test("chat over line is refused by a server with --anonymous none", async () => {
  await using live = await testServer({ anonymous: "none" });
  await using remote = await connect(live, "line");
  const error = await assertRejects(() => remote.chat.say("hi"), FtError, "not allowed");
  assertEquals(error.code, "not_allowed");
});

Deno.test("oneshot, updown and json refuse the chat by name", async () => {
  await using live = await testServer();
  for (const dialect of ["oneshot", "updown", "json"]) {
    await using remote = await connect(live, dialect);
    await assertRejects(() => remote.chat.say("hi"), FtError, `the ${dialect} dialect has no`);
  }
});
