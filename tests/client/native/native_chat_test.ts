import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { MAX_MESSAGE_BYTES, MAX_SEAT_QUEUE } from "../../../lib/base/limits.ts";
import type { ChatMessage } from "../../../lib/chat/seat.ts";
import { NativeChat } from "../../../lib/client/native/native_chat.ts";
import type { ChatPushes, NativeClient } from "../../../lib/client/native/native_client.ts";
import type { RemoteSeat } from "../../../lib/client/remote/remote_chat.ts";
import { ChatSession, type ChatSessionEvent } from "../../../lib/client/remote/chat_session.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { pure } from "../../../testing/pure.ts";
import { FaultProxy } from "../../../testing/network/fault_proxy.ts";
import { testServer } from "../../../testing/test_server.ts";

/** Returns the next message that is not a notice. */
async function nextMessage(seat: RemoteSeat): Promise<ChatMessage> {
  const messages = seat.messages[Symbol.asyncIterator]();
  while (true) {
    const { value, done } = await messages.next();
    if (done) throw new Error("the seat ended");
    if (value.kind === "message") return value;
  }
}

Deno.test("NativeChat carries messages both ways, and lists the users", async () => {
  await using local = await testServer();
  await using a = await local.connect();
  await using b = await local.connect();
  await using ana = await a.chat.join({ name: "ana" });
  await using ben = await b.chat.join({ name: "ana" });
  assertEquals([ana.name, ben.name], ["ana", "ana2"]);
  await a.chat.say("olá\x1b[2J");
  const { from, text, to } = await nextMessage(ben);
  assertEquals([from, text, to], ["ana", "olá\x1b[2J", undefined]);
  await b.chat.say("psst", { to: "ana" });
  assertEquals((await nextMessage(ana)).to, "ana");
  assertEquals((await a.chat.who()).map(({ name }) => name), ["ana", "ana2"]);
});

Deno.test("NativeChat sends as guest without a seat, and leaves with its connection", async () => {
  await using local = await testServer();
  await using a = await local.connect();
  await using ana = await a.chat.join({ name: "ana" });
  {
    await using b = await local.connect();
    await using _seat = await b.chat.join({ name: "ben" });
    await using c = await local.connect();
    await c.chat.say("from nowhere");
  }
  const { from, text } = await nextMessage(ana);
  assertEquals([from, text], ["guest", "from nowhere"]);
  for await (const { text } of ana.messages) if (text === "ben left") break;
  assertEquals((await a.chat.who()).map(({ name }) => name), ["ana"]);
});

Deno.test("NativeChat refuses an unknown user, a long message and a second seat", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join();
  assertEquals(seat.name, "guest");
  const codeOf = async (work: Promise<unknown>) => (await assertRejects(() => work, FtError)).code;
  assertEquals(await codeOf(remote.chat.say("hi", { to: "nobody" })), "not_found");
  assertEquals(await codeOf(remote.chat.say("x".repeat(MAX_MESSAGE_BYTES + 1))), "limit");
  assertEquals(await codeOf(remote.chat.join()), "conflict");
  assert(await remote.ping() > 0);
});

Deno.test("a server with --anonymous none refuses ls, who, say and a seat", async () => {
  await using local = await testServer({ anonymous: "none" });
  await using remote = await local.connect();
  for (
    const refused of [
      () => remote.chat.who(),
      () => remote.chat.say("hi"),
      () => remote.chat.join(),
      () => Array.fromAsync(remote.files.list(".")),
    ]
  ) {
    assertEquals((await assertRejects(refused, FtError)).code, "not_allowed");
  }
});

Deno.test("NativeChat ends with not_allowed when the operator removes the client", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  local.server.chat.kick("ana");
  const error = await assertRejects(() => Array.fromAsync(seat.messages), FtError);
  assertEquals(error.code, "not_allowed");
  assert(remote.signal.aborted);
});

Deno.test("NativeChat ends with the reason of a server that drains", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  await local.server.drain();
  const error = await assertRejects(() => Array.fromAsync(seat.messages), FtError);
  assertEquals([error.code, error.message], ["network", "the server is stopping"]);
});

Deno.test("a client with a seat is not idle, a client without one is", async () => {
  await using local = await testServer({ idleTimeoutMs: 1000 });
  await using a = await local.connect();
  await using seat = await a.chat.join({ name: "ana" });
  await using b = await local.connect();
  await new Promise((resolve) => b.signal.addEventListener("abort", resolve, { once: true }));
  local.server.chat.broadcast("still there?");
  assertEquals((await nextMessage(seat)).text, "still there?");
});

pure("NativeChat ends a seat with `limit` when its messages are read too slowly", async () => {
  let pushes: ChatPushes | undefined;
  const client = {
    signal: new AbortController().signal,
    onChat: (chat: ChatPushes) => pushes = chat,
    ask: () => Promise.resolve({ name: "ana", sequence: 0 }),
  };
  const seat = await new NativeChat(client as unknown as NativeClient).join();
  const push = (sequence: number) => {
    const message = { sequence, kind: "message", from: "ben", text: "hi", atMs: 0 };
    pushes!.message(new TextEncoder().encode(JSON.stringify(message)));
  };
  const most = 2 * MAX_SEAT_QUEUE;
  for (let sequence = 1; sequence <= most + 2; sequence++) push(sequence);
  let last = 0;
  const reading = (async () => {
    for await (const { sequence } of seat.messages) last = sequence;
  })();
  const error = await assertRejects(() => reading, FtError, "too slowly");
  assertEquals([error.code, error.retryable, last], ["limit", true, most + 1]);
});

Deno.test("ChatSession rejoins after a lost connection and shows missed messages once", async () => {
  await using local = await testServer();
  const texts: string[] = [];
  const events: ChatSessionEvent["kind"][] = [];
  const enough = Promise.withResolvers<void>();
  await using proxy = await FaultProxy.start(local.url);
  const endpoint = parseEndpoint(proxy.url);
  const open = () => openRemote(endpoint, { timeoutMs: 5000, identity: "ana-client" });
  const onEvent = (event: ChatSessionEvent) => {
    if (event.kind !== "message") events.push(event.kind);
    else if (event.message.kind === "message") texts.push(event.message.text);
    if (event.kind === "lost") { for (const text of ["b", "c"]) local.server.chat.broadcast(text); }
    if (event.kind === "joined" && event.again) local.server.chat.broadcast("d");
    if (event.kind === "message" && event.message.text === "a") proxy.cut();
    if (texts.at(-1) === "d") enough.resolve();
  };
  await using session = new ChatSession(open, {
    name: "ana",
    retries: 3,
    onEvent,
    signal: new AbortController().signal,
    random: () => 0,
  });
  assertEquals(await session.joined(), "ana");
  local.server.chat.broadcast("a");
  await enough.promise;
  assertEquals(texts, ["a", "b", "c", "d"]);
  assertEquals(events, ["joined", "lost", "joined"]);
});

for (const forgets of [false, true]) {
  const what = forgets ? "forgets its messages" : "keeps its messages";
  Deno.test(`ChatSession rejoins after a restart of a server that ${what}`, async () => {
    await using local = await testServer();
    const texts: string[] = [];
    const heard = Promise.withResolvers<void>();
    const restarted = Promise.withResolvers<void>();
    const back = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const open = async () => {
      if (texts.length > 0) await restarted.promise;
      return await local.connect({ identity: "ana-client" });
    };
    const onEvent = (event: ChatSessionEvent) => {
      if (event.kind === "joined" && event.again) back.resolve();
      if (event.kind !== "message" || event.message.kind !== "message") return;
      texts.push(event.message.text);
      if (event.message.text === "b") heard.resolve();
      if (event.message.text === "end") ended.resolve();
    };
    await using session = new ChatSession(open, {
      name: "ana",
      retries: 3,
      onEvent,
      signal: new AbortController().signal,
      random: () => 0,
    });
    await session.joined();
    for (const text of ["a", "b"]) local.server.chat.broadcast(text);
    await heard.promise;
    await local.restart(forgets ? { state: local.dir.join("other") } : {});
    if (!forgets) local.server.chat.broadcast("missed");
    restarted.resolve();
    await back.promise;
    local.server.chat.broadcast("end");
    await ended.promise;
    assertEquals(texts, ["a", "b", ...(forgets ? [] : ["missed"]), "end"]);
  });
}
