import { assertEquals } from "@std/assert";
import { MAX_CHAT_HISTORY } from "../../lib/base/limits.ts";
import { History, type KeptMessage } from "../../lib/chat/history.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { pure } from "../../testing/pure.ts";

/** The texts a seat gets at once. */
async function texts(seat: ReturnType<Hub["join"]>): Promise<string[]> {
  seat[Symbol.dispose]();
  const all: string[] = [];
  for await (const { kind, text } of seat.messages) if (kind === "message") all.push(text);
  return all;
}

pure("Hub sends the last messages to a client that joins, as many as it asks for", async () => {
  const hub = new Hub();
  using ana = hub.join({ name: "ana", dialect: "native" });
  for (const text of ["a", "b", "c"]) ana.say(text);
  const join = (history?: number, after?: number) =>
    texts(hub.join({ name: "ben", dialect: "native", history, after }));
  assertEquals(await join(), []);
  assertEquals(await join(0), []);
  assertEquals(await join(2), ["b", "c"]);
  assertEquals(await join(10 ** 9), ["a", "b", "c"]);
  assertEquals(await join(1, 1), ["b", "c"], "after decides");
});

pure(
  "Hub sends a client its own earlier messages, and private ones only to the same client",
  async () => {
    const hub = new Hub();
    {
      using ana = hub.join({ name: "ana", dialect: "native" }, { identity: "1" });
      using _ben = hub.join({ name: "ben", dialect: "native" }, { identity: "2" });
      ana.say("to all");
      ana.say("to ben", "ben");
    }
    const join = (name: string, identity?: string) =>
      texts(hub.join({ name, dialect: "native", history: 9 }, { identity }));
    assertEquals(await join("ana", "1"), ["to all"]);
    assertEquals(await join("ben", "2"), ["to all", "to ben"]);
    assertEquals(await join("ben", "3"), ["to all"]);
    assertEquals(await join("ben"), ["to all"]);
  },
);

pure("History.last counts messages that the client may see", () => {
  const history = new History();
  for (let sequence = 1; sequence <= 6; sequence++) {
    const to = sequence % 2 === 0 ? "ben" : undefined;
    history.add({
      message: { sequence, kind: "message", from: "ana", to, text: `${sequence}`, atMs: 0 },
      for: to === undefined ? undefined : "2",
    });
  }
  const last = (count: number, identity?: string) =>
    history.last(count, identity).map(({ sequence }) => sequence);
  assertEquals([last(2), last(2, "2"), last(0)], [[3, 5], [5, 6], []]);
});

pure("History knows whether it still has everything after a message", () => {
  const message = (sequence: number): KeptMessage => ({
    message: { sequence, kind: "message", from: "ana", text: "x", atMs: 0 },
  });
  const history = new History();
  assertEquals([history.isComplete(0), history.isComplete(3)], [true, false]);
  for (let sequence = 1; sequence <= MAX_CHAT_HISTORY + 5; sequence++) {
    history.add(message(sequence));
  }
  const complete = [4, 5, MAX_CHAT_HISTORY + 5, MAX_CHAT_HISTORY + 6];
  assertEquals(complete.map((after) => history.isComplete(after)), [false, true, true, false]);
});

pure("Hub says why a name got a number", () => {
  const hub = new Hub();
  using first = hub.join({ name: "ana", dialect: "native" });
  using second = hub.join({ name: "ana", dialect: "native" });
  const isReserved = (name: string) => name === "ben";
  using reserved = hub.join({ name: "ben", dialect: "native" }, { isReserved });
  using server = hub.join({ name: "server", dialect: "native" });
  assertEquals(
    [first, second, reserved, server].map(({ other }) => other?.taken),
    [undefined, "seat", "reserved", "reserved"],
  );
  assertEquals([reserved.name, reserved.other?.wanted], ["ben2", "ben"]);
});
