import { assertEquals, assertThrows } from "@std/assert";
import { FtError, hasCode } from "../../../lib/base/errors.ts";
import { MAX_SEAT_QUEUE, SEAT_PING_MS, SEAT_SILENCE_MS } from "../../../lib/base/limits.ts";
import { Hub } from "../../../lib/chat/hub.ts";
import type { Session } from "../../../lib/dialects/dialect.ts";
import { ConnectionSeat } from "../../../lib/dialects/native/connection_seat.ts";
import { chatOf } from "../../../testing/chat_of.ts";
import { FakeTime } from "../../../testing/fake_time.ts";

/** A connection whose client never sends anything, with what was sent to it. */
class SilentConnection {
  readonly sent: string[] = [];
  lastReadMs = performance.now();
  readonly #ended = new AbortController();

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  send(...parts: Uint8Array[]): Promise<void> {
    this.sent.push(...parts.map((part) => new TextDecoder().decode(part.subarray(8, 12))));
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    this.sent.push("FIN");
    return Promise.resolve();
  }

  abort(reason: unknown): void {
    this.#ended.abort(reason);
  }
}

/** A seat on a silent connection; frames other than messages are listed by their type. */
function openSeat(hub: Hub) {
  const connection = new SilentConnection();
  const send = (type: string) => Promise.resolve(void connection.sent.push(type));
  const session = { connection } as unknown as Session;
  const { chat } = chatOf(hub);
  return { connection, chat, seat: new ConnectionSeat(session, send) };
}

const REPLIED = AbortSignal.abort();

Deno.test("half-open-connections-are-reaped: ConnectionSeat pings a silent client, then disconnects it", async () => {
  using time = new FakeTime();
  const { connection, chat, seat } = openSeat(new Hub());
  using _seat = seat;
  assertEquals(seat.join(chat, { name: "ana" }, REPLIED), { name: "ana", sequence: 0 });
  await time.advance(SEAT_PING_MS - 1);
  assertEquals(connection.sent, []);
  await time.advance(SEAT_SILENCE_MS - SEAT_PING_MS);
  assertEquals(connection.sent, ["PING", "PING"]);
  assertEquals(connection.signal.aborted, false);
  await time.advance(1);
  assertEquals(hasCode(connection.signal.reason, "network"), true);
});

Deno.test("ConnectionSeat does not ping a client that sends, nor one that left", async () => {
  using time = new FakeTime();
  const { connection, chat, seat } = openSeat(new Hub());
  seat.join(chat, {}, REPLIED);
  await time.advance(SEAT_PING_MS / 2);
  connection.lastReadMs = performance.now();
  await time.advance(SEAT_PING_MS);
  assertEquals(connection.sent, []);
  await time.advance(SEAT_PING_MS);
  assertEquals(connection.sent, ["PING"]);
  seat.leave();
  await time.advance(2 * SEAT_SILENCE_MS);
  assertEquals([connection.sent, connection.signal.aborted], [["PING"], false]);
});

Deno.test("ConnectionSeat leaves the chat when it is disposed", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  {
    const { connection, chat, seat } = openSeat(hub);
    using _seat = seat;
    seat.join(chat, {}, REPLIED);
    hub.broadcast("hi");
    await time.settle();
    assertEquals(connection.sent, ["MESG"]);
  }
  assertEquals(hub.who(), []);
});

Deno.test("ConnectionSeat sends messages only after the reply to the join", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { connection, chat, seat } = openSeat(hub);
  using _seat = seat;
  const replied = new AbortController();
  seat.join(chat, {}, replied.signal);
  hub.broadcast("hi");
  await time.settle();
  assertEquals(connection.sent, []);
  replied.abort();
  await time.settle();
  assertEquals(connection.sent, ["MESG"]);
});

Deno.test("ConnectionSeat takes one seat at a time, and sends messages without one, too", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const other = openSeat(hub);
  other.seat.join(other.chat, { name: "other" }, REPLIED);
  const { chat, seat } = openSeat(hub);
  seat.say(chat, "without a seat", undefined);
  seat.join(chat, { name: "ana" }, REPLIED);
  assertEquals(assertThrows(() => seat.join(chat, {}, REPLIED), FtError).code, "conflict");
  seat.say(chat, "from the seat", "other");
  seat.leave();
  seat.leave();
  seat.join(chat, { name: "bob" }, REPLIED);
  await time.settle();
  assertEquals(hub.who().map(({ name }) => name), ["other", "bob"]);
  assertEquals(other.connection.sent.length, 5);
});

Deno.test("ConnectionSeat sends GONE to a slow client, and the connection stays", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { connection, chat, seat } = openSeat(hub);
  using _seat = seat;
  seat.join(chat, {}, REPLIED);
  for (let n = 0; n <= MAX_SEAT_QUEUE; n++) hub.broadcast(`${n}`);
  await time.settle();
  assertEquals([connection.sent.at(-1), connection.signal.aborted], ["GONE", false]);
  seat.join(chat, {}, REPLIED);
  assertEquals(hub.who().length, 1);
});

Deno.test("ConnectionSeat sends FAIL to a client that was kicked, and disconnects it after a second", async () => {
  using time = new FakeTime();
  const hub = new Hub();
  const { connection, chat, seat } = openSeat(hub);
  using _seat = seat;
  seat.join(chat, {}, REPLIED);
  hub.kick("guest");
  await time.advance(999);
  assertEquals([connection.sent, connection.signal.aborted], [["FAIL", "FIN"], false]);
  await time.advance(1);
  assertEquals(hasCode(connection.signal.reason, "not_allowed"), true);
});
