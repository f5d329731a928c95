import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  MAX_CHAT_HISTORY,
  MAX_CHAT_NAME_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SEAT_QUEUE,
  MAX_SEATS,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
} from "../../lib/base/limits.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { Participant } from "../../lib/chat/participant.ts";
import type { ChatMessage, ChatSeat } from "../../lib/chat/seat.ts";
import { pure } from "../../testing/pure.ts";

const sit = (
  hub: Hub,
  name?: string,
  { after, ...participant }: Participant & { after?: number } = {},
) => hub.join({ dialect: "test", name, after }, participant);

/** Leaves the chat and returns everything the seat received. */
async function received(seat: ChatSeat): Promise<ChatMessage[]> {
  seat[Symbol.dispose]();
  return await Array.fromAsync(seat.messages);
}

/** The messages a seat received, without notices. */
async function texts(seat: ChatSeat): Promise<string[]> {
  return (await received(seat)).filter((m) => m.kind === "message").map((m) =>
    `${m.from}: ${m.text}`
  );
}

pure("Hub sends a message to all seats but the sender's own", async () => {
  const hub = new Hub();
  const [ana, ben, cleo] = [sit(hub, "ana"), sit(hub, "ben"), sit(hub, "cleo")];
  ana.say("hi");
  ben.say("ho");
  assertEquals(await texts(ana), ["ben: ho"]);
  assertEquals(await texts(ben), ["ana: hi"]);
  assertEquals(await texts(cleo), ["ana: hi", "ben: ho"]);
});

pure("Hub numbers messages without gaps, and does not number notices", async () => {
  const hub = new Hub();
  const ana = sit(hub, "ana");
  for (const text of ["a", "b"]) hub.broadcast(text);
  sit(hub, "ben")[Symbol.dispose]();
  hub.broadcast("c");
  const got = await received(ana);
  assertEquals(got.map((m) => [m.kind, m.sequence]), [
    ["message", 1],
    ["message", 2],
    ["notice", 2],
    ["notice", 2],
    ["message", 3],
  ]);
});

pure("Hub sends a direct message to its seat only, and refuses an unknown one", async () => {
  const hub = new Hub();
  const [ana, ben, cleo] = [sit(hub, "ana"), sit(hub, "ben"), sit(hub, "cleo")];
  ana.say("psst", "ben");
  const refused = assertThrows(() => ana.say("psst", "dan"), FtError);
  assertEquals(refused.code, "not_found");
  assertEquals(await texts(ben), ["ana: psst"]);
  assertEquals(await texts(cleo), []);
});

pure("Hub adds a number to a name that is taken, or the server's", () => {
  const hub = new Hub();
  assertEquals(sit(hub, "ana").name, "ana");
  assertEquals(sit(hub, "ana").name, "ana2");
  assertEquals(sit(hub, "ana").name, "ana3");
  assertEquals(sit(hub, "server").name, "server2");
  assertEquals(sit(hub, "  ").name, "guest");
  assertEquals(sit(hub).name, "guest2");
});

pure("Hub normalizes a name, escapes its controls and cuts it at its cap", () => {
  const hub = new Hub();
  assertEquals(sit(hub, "a\x1b[2J\nb").name, "a\\x1b[2J\\nb");
  const long = sit(hub, "é".repeat(MAX_CHAT_NAME_BYTES)).name;
  assertEquals(long, "é".repeat(MAX_CHAT_NAME_BYTES / 2));
  assertEquals([sit(hub, "\u0065\u0301").name, sit(hub, "\u00e9").name], ["\u00e9", "\u00e92"]);
  assertEquals(sit(hub, "a\ud800").name, "a\ufffd");
});

pure("Hub lets no client send a message as the server", async () => {
  const hub = new Hub();
  const ana = sit(hub, "ana");
  hub.sayAs("SERVER", "give me your password", undefined, {});
  assertEquals(await texts(ana), ["SERVER2: give me your password"]);
});

pure("Hub adds a number to a name reserved for another user, with a seat or without", async () => {
  const hub = new Hub();
  const ana = sit(hub, "ana");
  const isReserved = (name: string) => ["bob", "bob2"].includes(name);
  assertEquals(sit(hub, "bob", { isReserved }).name, "bob3");
  assertEquals(sit(hub, "bob").name, "bob");
  hub.sayAs("bob", "it is me", undefined, { isReserved });
  assertEquals(await texts(ana), ["bob3: it is me"]);
});

pure("Hub sends a message without a seat to a seat of the same name, too", async () => {
  const hub = new Hub();
  const seat = sit(hub, "guest");
  hub.sayAs("guest", "hello", undefined, {});
  assertEquals(await texts(seat), ["guest: hello"]);
});

pure("Hub accepts a message of exactly the cap and refuses one more byte", async () => {
  const hub = new Hub();
  const [ana, ben] = [sit(hub, "ana"), sit(hub, "ben")];
  const most = "é".repeat(MAX_MESSAGE_BYTES / 2);
  ana.say(most);
  assertEquals(assertThrows(() => ana.say(`${most}x`), FtError).code, "limit");
  assertEquals(assertThrows(() => ana.say("\ud800"), FtError).code, "usage");
  ana.say("");
  assertEquals(await texts(ben), [`ana: ${most}`]);
});

pure("chat-flood: Hub refuses messages after a burst, and says how long to wait", () => {
  let nowMs = 1000;
  const hub = new Hub({ now: () => nowMs });
  const ana = sit(hub, "ana");
  for (let i = 0; i < MESSAGE_BURST; i++) ana.say(`${i}`);
  const refused = assertThrows(() => ana.say("more"), FtError);
  assertEquals([refused.code, refused.retryAfterMs], ["limit", 1000 / MESSAGES_PER_SECOND]);
  nowMs += refused.retryAfterMs!;
  ana.say("now");
  assertEquals(assertThrows(() => ana.say("too soon"), FtError).code, "limit");
  sit(hub, "ben").say("no limit for others");
});

pure(
  "slow-reader-does-not-stall-others: Hub drops a full seat with a reason, and lets it rejoin",
  async () => {
    const hub = new Hub();
    const [slow, quick] = [sit(hub, "slow"), sit(hub, "quick")];
    const got: number[] = [];
    const reading = (async () => {
      for await (const { sequence } of quick.messages) got.push(sequence);
    })();
    for (let i = 0; i <= MAX_SEAT_QUEUE; i++) {
      hub.broadcast(`${i}`);
      if (i % 100 === 0) await Promise.resolve();
    }
    assertEquals(hub.who().map(({ name }) => name), ["quick"]);
    const seen: number[] = [];
    const error = await assertRejects(async () => {
      for await (const { sequence } of slow.messages) seen.push(sequence);
    }, FtError);
    assertEquals([error.code, error.retryable], ["limit", true]);
    const back = sit(hub, "slow", { after: seen.at(-1)! });
    const missed = await texts(back);
    assertEquals([back.name, seen.length - 1 + missed.length], ["slow", MAX_SEAT_QUEUE + 1]);
    quick[Symbol.dispose]();
    await reading;
    assertEquals(new Set(got).size, MAX_SEAT_QUEUE + 1);
  },
);

pure(
  "Hub announces that a slow reader left, and sends no notice to a seat with a backlog",
  async () => {
    const hub = new Hub();
    const [slow, other] = [sit(hub, "slow"), sit(hub, "other")];
    for (let i = 2; i < MAX_SEAT_QUEUE / 2; i++) hub.sayAs("x", `${i}`, "slow", {});
    hub.notice("received");
    hub.notice("skipped");
    for (let i = 0; i <= MAX_SEAT_QUEUE / 2; i++) hub.sayAs("x", "more", "slow", {});
    assertEquals((await received(other)).map(({ text }) => text), [
      "received",
      "skipped",
      "slow left",
    ]);
    const notices: string[] = [];
    await assertRejects(
      async () => {
        for await (const { kind, text } of slow.messages) if (kind === "notice") notices.push(text);
      },
      FtError,
      "too slowly",
    );
    assertEquals(notices, ["other joined", "received"]);
  },
);

pure("Hub recognises a client's own messages by identity, else by name", async () => {
  const hub = new Hub();
  for (const identity of ["one", "two", undefined]) {
    hub.sayAs("ana", `by ${identity}`, undefined, { identity });
  }
  const replayed = (identity: string) => texts(sit(hub, "ana", { after: 0, identity }));
  assertEquals(await replayed("one"), ["ana: by two"]);
  assertEquals(await replayed("three"), ["ana: by one", "ana: by two"]);
  assertEquals((await texts(sit(hub, "ben", { after: 0, identity: "one" }))).length, 3);
});

pure("Hub replays missed messages once, without the client's own", async () => {
  const hub = new Hub();
  const ana = sit(hub, "ana", { identity: "ana-client" });
  hub.broadcast("one");
  ana.say("mine");
  hub.broadcast("two");
  ana[Symbol.dispose]();
  hub.broadcast("three");
  const back = sit(hub, "ana", { identity: "ana-client", after: 1 });
  hub.broadcast("four");
  assertEquals(await texts(back), ["SERVER: two", "SERVER: three", "SERVER: four"]);
  assertEquals(await texts(sit(hub, "ana", { after: 99 })), []);
  assertEquals(await texts(sit(hub, "ana")), []);
});

pure(
  "Hub replays a direct message to the same client only, not to another of that name",
  async () => {
    const hub = new Hub();
    const ana = sit(hub, "ana", { identity: "ana-client" });
    hub.sayAs("ben", "psst", "ana", {});
    ana[Symbol.dispose]();
    assertEquals(await texts(sit(hub, "ana", { after: 0 })), []);
    assertEquals(await texts(sit(hub, "ana", { after: 0, identity: "mallory" })), []);
    assertEquals(await texts(sit(hub, "ana", { after: 0, identity: "ana-client" })), ["ben: psst"]);
  },
);

pure("Hub gives a client that rejoins its seat on a lost connection", async () => {
  const hub = new Hub();
  const ben = sit(hub, "ben");
  const dead = sit(hub, "ana", { identity: "ana-client" });
  const back = sit(hub, "ana", { identity: "ana-client", after: 0 });
  const other = sit(hub, "ana", { identity: "other", after: 0 });
  assertEquals([back.name, other.name], ["ana", "ana2"]);
  const error = await assertRejects(() => Array.fromAsync(dead.messages), FtError);
  assertEquals(error.code, "conflict");
  dead[Symbol.dispose]();
  assertEquals(hub.who().map(({ name }) => name), ["ben", "ana", "ana2"]);
  assertEquals((await received(ben)).map(({ text }) => text), ["ana joined", "ana2 joined"]);
});

pure("Hub drops the oldest messages beyond its history", async () => {
  const hub = new Hub();
  for (let i = 0; i < 2 * MAX_CHAT_HISTORY + 5; i++) hub.broadcast(`${i}`);
  const back = await texts(sit(hub, "ana", { after: 0 }));
  assertEquals([back.length, back[0]], [MAX_CHAT_HISTORY, `SERVER: ${MAX_CHAT_HISTORY + 5}`]);
});

pure("Hub kicks a seat, whose messages end with not_allowed", async () => {
  const hub = new Hub();
  const ana = sit(hub, "ana");
  hub.kick("ana");
  const error = await assertRejects(() => Array.fromAsync(ana.messages), FtError);
  assertEquals([error.code, hub.who().length], ["not_allowed", 0]);
  assertEquals(assertThrows(() => ana.say("still here"), FtError).code, "not_allowed");
  assertEquals(assertThrows(() => hub.kick("ana"), FtError).code, "not_found");
});

pure("Hub lists how long each seat has been silent", () => {
  let nowMs = 0;
  const hub = new Hub({ now: () => nowMs });
  const ana = sit(hub, "ana");
  sit(hub, "ben");
  nowMs = 5000;
  ana.say("hi");
  nowMs = 6000;
  const idle = () => hub.who().map(({ name, idleMs }) => [name, idleMs]);
  assertEquals(idle(), [["ana", 1000], ["ben", 6000]]);
  // The clock is set back.
  nowMs = 1000;
  assertEquals(idle(), [["ana", 0], ["ben", 1000]]);
});

pure("Hub refuses a seat beyond its cap", () => {
  const hub = new Hub();
  const seats = Array.from({ length: MAX_SEATS }, (_, i) => sit(hub, `s${i}`));
  assertEquals(assertThrows(() => sit(hub, "more"), FtError).code, "limit");
  seats[0]![Symbol.dispose]();
  sit(hub, "now");
});

pure("Hub words a notice about files for each user, and sends none without a text", async () => {
  const hub = new Hub();
  const [ana, ben] = [sit(hub, "ana", { mayKnow: (path) => path !== "secret" }), sit(hub, "ben")];
  hub.noticeAbout((mayKnow) => ["open", "secret"].filter(mayKnow).join() || undefined);
  assertEquals(await received(ben), []);
  assertEquals((await received(ana)).map(({ text }) => text), ["ben joined", "open", "ben left"]);
});

pure("removed-user-leaves-the-chat: who and private messages know no seat without access", () => {
  const hub = new Hub();
  const lost = new Set<string>();
  const requireAccess = (name: string) => () => {
    if (lost.has(name)) throw new FtError("not_allowed", "not allowed to chat");
  };
  const [ana] = ["ana", "ben", "cleo"].map((name) => {
    return sit(hub, name, { requireAccess: requireAccess(name) });
  });
  lost.add("ben");
  const error = assertThrows(() => ana!.say("secret", "ben"), FtError);
  assertEquals(error.code, "not_found");
  lost.add("cleo");
  assertEquals(hub.who().map(({ name }) => name), ["ana"]);
});
