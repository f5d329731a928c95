import { assertEquals } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { Hub } from "../../../lib/chat/hub.ts";
import type { UserChat } from "../../../lib/chat/user_chat.ts";
import type { Session } from "../../../lib/dialects/dialect.ts";
import { ConnectionSeat } from "../../../lib/dialects/native/connection_seat.ts";

/** A connection whose peer reads and never says anything. */
class SilentConnection {
  readonly sent: Uint8Array[] = [];
  readonly lastReadMs = performance.now();
  readonly #ended = new AbortController();

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  send(...parts: Uint8Array[]): Promise<void> {
    this.sent.push(...parts);
    return Promise.resolve();
  }

  abort(reason: unknown): void {
    this.#ended.abort(reason);
  }
}

const ended = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));

Deno.test("half-open-connections-are-reaped: ConnectionSeat pings a silent client, then gives it up", async () => {
  const connection = new SilentConnection();
  const hub = new Hub();
  const asked: string[] = [];
  const send = (type: string) => {
    asked.push(type);
    return Promise.resolve();
  };
  const session = { connection } as unknown as Session;
  using seat = new ConnectionSeat(session, send, { pingMs: 5, silenceMs: 300 });
  const joined = seat.join(hub as unknown as UserChat, { name: "ana" }, AbortSignal.abort());
  await ended(connection.signal);
  assertEquals([joined.name, asked.includes("PING")], ["ana", true]);
  assertEquals((connection.signal.reason as FtError).code, "network");
});

Deno.test("ConnectionSeat gives the seat up when it is disposed", async () => {
  const connection = new SilentConnection();
  const hub = new Hub();
  {
    using seat = new ConnectionSeat({ connection } as unknown as Session, () => Promise.resolve());
    seat.join(hub as unknown as UserChat, { name: "ana" }, AbortSignal.abort());
    hub.broadcast("hi");
    while (connection.sent.length === 0) await Promise.resolve();
  }
  assertEquals(hub.who(), []);
  connection.abort(new FtError("network", "gone"));
});
