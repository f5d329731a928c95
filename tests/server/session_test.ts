import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { createLogger, type LogEvent } from "../../lib/base/log.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { Dialect, Login, Session } from "../../lib/dialects/dialect.ts";
import { serveConnection, type SessionOptions } from "../../lib/server/session.ts";
import type { Files } from "../../lib/service/files.ts";
import { chatOf } from "../../testing/chat_of.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { FakeTime } from "../../testing/fake_time.ts";

/** A dialect whose clients send `x` first. */
const dialectOf = (serve: (session: Session) => Promise<void>): Dialect => ({
  name: "test",
  match: ([first]) => first === undefined ? "more" : first === 0x78 ? "yes" : "no",
  serve,
});

/** Serves a connection in memory. */
function serveOne(dialect: Dialect, changes: Partial<SessionOptions> = {}) {
  const [{ connection }, { connection: client }] = connectionPair();
  const events: LogEvent[] = [];
  const counts = { established: 0 };
  const served = serveConnection(connection, {
    dialects: [dialect],
    pinned: false,
    log: createLogger((event) => events.push(event), "debug"),
    draining: new AbortController().signal,
    timeouts: () => ({ handshakeTimeoutMs: 100, idleTimeoutMs: 1000 }),
    established: () => void counts.established++,
    login: (_credentials, { countSeat }) => {
      const { chat } = chatOf(new Hub(), { countSeat });
      return Promise.resolve<Login>({
        user: "ana",
        files: {} as Files,
        chat,
        shares: undefined!,
        properties: undefined!,
        locks: undefined!,
        receipts: undefined!,
        requireWrite() {},
        canRead: () => true,
        isAdmin: () => false,
        watch: undefined!,
      });
    },
    working: () => ({ [Symbol.dispose]() {} }),
    listed: { dialect: undefined, user: undefined },
    operatorFor: undefined!,
    ...changes,
  });
  const closed = () => events.at(-1);
  return { connection, client, events, counts, served, closed };
}

const send = (text: string) => new TextEncoder().encode(text);

Deno.test("serveConnection logs a connection with its dialect, and closes it", async () => {
  const { connection, client, events, served } = serveOne(dialectOf(async () => {}));
  await client.send(send("x"));
  await served;
  assertEquals(connection.signal.aborted, true);
  assertEquals(events.map(({ event, level, fields }) => [event, level, fields.dialect]), [
    ["connection.open", "info", undefined],
    ["connection.close", "info", "test"],
  ]);
  assertEquals([events[0]!.fields.encrypted, events[1]!.fields.result], [false, "done"]);
});

Deno.test("serveConnection logs a client that sends nothing, or speaks no known dialect", async () => {
  const silent = serveOne(dialectOf(async () => {}));
  await silent.client.closeWrite();
  await silent.served;
  assertEquals(silent.closed()?.fields.result, "silent");
  const foreign = serveOne(dialectOf(async () => {}));
  await foreign.client.send(send("y"));
  await foreign.served;
  assertEquals([foreign.closed()?.level, foreign.closed()?.fields.result], ["info", "protocol"]);
});

Deno.test("serveConnection uses a pinned dialect without waiting for a byte", async () => {
  const { served, closed } = serveOne(dialectOf(async () => {}), { pinned: true });
  await served;
  assertEquals(closed()?.fields.dialect, "test");
});

Deno.test("serveConnection logs what a dialect throws, as an error only if it is a fault", async () => {
  for (
    const [thrown, level, result] of [
      [new FtError("limit", "too much"), "info", "limit"],
      [new TypeError("a bug"), "error", "internal"],
    ] as const
  ) {
    const { served, closed } = serveOne(dialectOf(() => Promise.reject(thrown)), { pinned: true });
    await served;
    const { message } = closed()!.fields;
    assertEquals([closed()?.level, closed()?.fields.result, message], [
      ...[level, result, thrown.message],
    ]);
  }
});

Deno.test("serveConnection closes a silent client at the handshake timeout", async () => {
  using time = new FakeTime();
  const { served, closed } = serveOne(dialectOf(async () => {}));
  await time.advance(100);
  await served;
  const { result, message, seconds } = closed()!.fields;
  assertEquals([result, message, seconds], ["network", "no hello in time", 0.1]);
});

Deno.test("serveConnection closes an idle client, unless it has a chat seat", async () => {
  using time = new FakeTime();
  let leave: () => void = () => {};
  const dialect = dialectOf(async (session) => {
    session.established();
    const { chat } = await session.login({ kind: "anonymous" });
    const seat = chat.join({ dialect: "test" });
    leave = () => seat[Symbol.dispose]();
    await new Promise((_, reject) =>
      session.signal.addEventListener("abort", () => reject(session.signal.reason))
    );
  });
  const { served, closed, counts } = serveOne(dialect, { pinned: true });
  await time.advance(5000);
  assertEquals([counts.established, closed()?.event], [1, "connection.open"]);
  leave();
  await time.advance(1000);
  await served;
  assertEquals(closed()?.fields.message, "idle for too long");
});
