import { assertEquals } from "@std/assert";
import { hasCode } from "../../lib/base/errors.ts";
import { LINGER_MS, MAX_SEAT_QUEUE, UNREAD_TIMEOUT_MS } from "../../lib/base/limits.ts";
import { raceSignal } from "../../lib/base/signals.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { ChatMessage } from "../../lib/chat/seat.ts";
import type { UserChat } from "../../lib/chat/user_chat.ts";
import { broadcastText, Turns } from "../../lib/dialects/turns.ts";
import { chatOf } from "../../testing/chat_of.ts";
import { codeOf } from "../../testing/code_of.ts";
import { serveDialect } from "../../testing/dialect_session.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { pure } from "../../testing/pure.ts";
import { bytesOf } from "../../testing/network/raw_peer.ts";

/** A connection with turns; each broadcast is a line. */
function openTurns(chat: UserChat, capacity?: number) {
  let turns!: Turns;
  const ending = Promise.withResolvers<void>();
  const session = serveDialect({
    name: "test",
    match: () => "no",
    async serve(session) {
      await using opened = new Turns(session, chat, {
        dialect: "test",
        encode: (text) => bytesOf(`${text}\n`),
      });
      turns = opened;
      await raceSignal(ending.promise, session.signal);
    },
  }, { capacity });
  return { session, turns, end: () => ending.resolve() };
}

Deno.test("Turns keeps the order of messages, and sends none during another turn", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session, turns, end } = openTurns(chatOf(hub).chat);
  await using _session = session;
  {
    using _turn = await turns.take();
    const answered = turns.send(bytesOf("answer\n"));
    for (const text of ["a", "b", "c"]) hub.broadcast(text);
    await session.connection.send(bytesOf("OK "));
    await time.settle();
    await session.connection.send(bytesOf("last byte\n"));
    void answered;
  }
  await time.settle();
  end();
  await time.settle();
  await session.connection.closeWrite();
  assertEquals((await session.rest()).split("\n"), [
    ...["OK last byte", "answer", "a", "b", "c", ""],
  ]);
});

Deno.test("Turns loses its seat to a full queue, and takes a new one after the turn", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session, turns } = openTurns(chatOf(hub).chat);
  await using _session = session;
  {
    using _turn = await turns.take();
    // The first message leaves the queue and waits for its turn.
    hub.broadcast("0");
    await time.settle();
    for (let n = 1; n <= MAX_SEAT_QUEUE; n++) hub.broadcast(`${n}`);
    assertEquals(hub.who().length, 1);
    hub.broadcast("lost");
    assertEquals(hub.who(), []);
  }
  for (let n = 0; n <= MAX_SEAT_QUEUE; n++) {
    assertEquals(await session.reader.readLine(100), `${n}`);
  }
  await time.settle();
  assertEquals(session.events.map(({ event }) => event), ["chat.lost"]);
  hub.broadcast("new");
  assertEquals(await session.reader.readLine(100), "new");
});

Deno.test("Turns sends messages, but no notices and not its own messages", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session, turns } = openTurns(chatOf(hub).chat);
  await using _session = session;
  const other = hub.join({ dialect: "test", name: "other" });
  await turns.say("own");
  hub.notice("for all");
  other.say("for one", "guest");
  await time.settle();
  hub.broadcast("end");
  assertEquals(await session.reader.readLine(100), "other: for one");
  assertEquals(await session.reader.readLine(100), "end");
});

Deno.test("Turns sends answers to a user without access to the chat, and refuses messages", async () => {
  using _time = new FakeTime();
  const { chat } = chatOf(new Hub(), { mayKnow: () => false });
  const { session, turns } = openTurns(chat);
  await using _session = session;
  await turns.send(bytesOf("file"));
  assertEquals(await session.text(4), "file");
  assertEquals(await codeOf(turns.say("hi")), "not_allowed");
});

Deno.test("Turns closes the connection of a user who is removed from the chat", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session } = openTurns(chatOf(hub).chat);
  await using _session = session;
  hub.kick("guest");
  await time.settle();
  assertEquals(hasCode(session.connection.signal.reason, "not_allowed"), true);
});

Deno.test("Turns closes the connection of a client that does not read a broadcast in time", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session } = openTurns(chatOf(hub).chat, 4);
  await using _session = session;
  hub.broadcast("longer than the pipe");
  await time.advance(UNREAD_TIMEOUT_MS - 1);
  assertEquals(session.connection.signal.aborted, false);
  await time.advance(1);
  assertEquals(hasCode(session.connection.signal.reason, "network"), true);
});

Deno.test("Turns leaves the chat when disposed, and does not wait for a client that reads", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session, end } = openTurns(chatOf(hub).chat);
  await using _session = session;
  assertEquals(hub.who().map(({ name, dialect }) => [name, dialect]), [["guest", "test"]]);
  let ended = false;
  void session.ended.then(() => ended = true);
  end();
  await time.settle();
  assertEquals([hub.who(), ended, session.connection.signal.aborted], [[], true, false]);
});

Deno.test("Turns waits LINGER_MS when disposed, then closes the connection", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { session, end } = openTurns(chatOf(hub).chat, 4);
  await using _session = session;
  hub.broadcast("longer than the pipe");
  await time.settle();
  end();
  await time.advance(LINGER_MS - 1);
  assertEquals(session.connection.signal.aborted, false);
  await time.advance(1);
  assertEquals(hasCode(session.connection.signal.reason, "network"), true);
});

pure("broadcastText is one line without controls that names any sender but the server", () => {
  const text = (from: string, text: string) =>
    broadcastText({ from, text, sequence: 1, kind: "message", atMs: 0 } as ChatMessage);
  assertEquals(text("SERVER", "hi"), "hi");
  assertEquals(text("a\x1b", "b\x1bc"), "a\\x1b: b\\x1bc");
  assertEquals(text("ana", "1\n2\r\n3\r4\u20285\u20296 \n"), "ana: 1 2 3 4 5 6");
});
