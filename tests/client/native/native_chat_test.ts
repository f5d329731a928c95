import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { MAX_MESSAGE_BYTES } from "../../../lib/base/limits.ts";
import type { ChatMessage } from "../../../lib/chat/seat.ts";
import type { RemoteSeat } from "../../../lib/client/remote/remote_chat.ts";
import { ChatSession, type ChatSessionEvent } from "../../../lib/client/remote/chat_session.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { Relay } from "../../../testing/relay.ts";
import { testServer } from "../../../testing/test_server.ts";

/** The next message that is no notice. */
async function nextMessage(seat: RemoteSeat): Promise<ChatMessage> {
  const messages = seat.messages[Symbol.asyncIterator]();
  while (true) {
    const { value, done } = await messages.next();
    if (done) throw new Error("the seat ended");
    if (value.kind === "message") return value;
  }
}

Deno.test("NativeChat carries messages both ways, and tells who is here", async () => {
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

Deno.test("NativeChat says as guest without a seat, and leaves with its connection", async () => {
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

Deno.test("NativeChat refuses: nobody there, too long, a second seat", async () => {
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

Deno.test("anonymous none refuses ls, who, say and a seat", async () => {
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

Deno.test("NativeChat ends with not_allowed when the operator kicks", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  local.server.chat.kick("ana");
  const error = await assertRejects(() => Array.fromAsync(seat.messages), FtError);
  assertEquals(error.code, "not_allowed");
  assert(remote.signal.aborted);
});

Deno.test("NativeChat ends with the server's reason when that drains", async () => {
  await using local = await testServer();
  await using remote = await local.connect();
  await using seat = await remote.chat.join({ name: "ana" });
  await local.server.drain();
  const error = await assertRejects(() => Array.fromAsync(seat.messages), FtError);
  assertEquals([error.code, error.message], ["network", "the server is stopping"]);
});

Deno.test("a client that holds a seat is not idle, one without is", async () => {
  await using local = await testServer({ idleTimeoutMs: 50 });
  await using a = await local.connect();
  await using seat = await a.chat.join({ name: "ana" });
  await using b = await local.connect();
  await new Promise((resolve) => b.signal.addEventListener("abort", resolve, { once: true }));
  local.server.chat.broadcast("still there?");
  assertEquals((await nextMessage(seat)).text, "still there?");
});

Deno.test("ChatSession comes back after a lost connection and shows what it missed once", async () => {
  await using local = await testServer();
  const texts: string[] = [];
  const events: ChatSessionEvent["kind"][] = [];
  const enough = Promise.withResolvers<void>();
  await using relay = new Relay(parseEndpoint(local.url).port);
  const endpoint = parseEndpoint(relay.url);
  const open = () => openRemote(endpoint, { timeoutMs: 5000, identity: "ana-client" });
  const onEvent = (event: ChatSessionEvent) => {
    if (event.kind !== "message") events.push(event.kind);
    else if (event.message.kind === "message") texts.push(event.message.text);
    if (event.kind === "lost") { for (const text of ["b", "c"]) local.server.chat.broadcast(text); }
    if (event.kind === "joined" && event.again) local.server.chat.broadcast("d");
    if (event.kind === "message" && event.message.text === "a") relay.cut();
    if (texts.at(-1) === "d") enough.resolve();
  };
  await using talk = new ChatSession(open, {
    name: "ana",
    retries: 3,
    onEvent,
    signal: new AbortController().signal,
    random: () => 0,
  });
  assertEquals(await talk.joined(), "ana");
  local.server.chat.broadcast("a");
  await enough.promise;
  assertEquals(texts, ["a", "b", "c", "d"]);
  assertEquals(events, ["joined", "lost", "joined"]);
});

for (const forgets of [false, true]) {
  const what = forgets ? "forgets its messages" : "keeps its messages";
  Deno.test(`ChatSession goes on after a restart of a server that ${what}`, async () => {
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
    await using talk = new ChatSession(open, {
      name: "ana",
      retries: 3,
      onEvent,
      signal: new AbortController().signal,
      random: () => 0,
    });
    await talk.joined();
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
