import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { chatOf } from "../../testing/chat_of.ts";
import { pure } from "../../testing/pure.ts";

const dialect = "test";

/** A user whose access can be revoked. */
function revocable(hub: Hub) {
  const access = { granted: true };
  return { ...chatOf(hub, { mayKnow: () => access.granted }), access };
}

const codeOf = (fn: () => unknown) => assertThrows(fn, FtError).code;

pure("UserChat refuses a user without access at every call, and changes nothing", () => {
  const hub = new Hub();
  const { chat, access } = revocable(hub);
  using seat = chat.join({ dialect });
  access.granted = false;
  assertEquals(codeOf(() => chat.join({ dialect })), "not_allowed");
  assertEquals(codeOf(() => chat.who()), "not_allowed");
  assertEquals(codeOf(() => chat.say("hi")), "not_allowed");
  assertEquals(codeOf(() => seat.say("hi")), "not_allowed");
  access.granted = true;
  assertEquals(chat.who().map(({ name }) => name), ["guest"]);
  assertEquals(hub.join({ dialect }).sequence, 0);
});

pure("UserChat checks access to `.` for the chat, and to the file for a notice", async () => {
  const hub = new Hub();
  const checked: string[] = [];
  const mayKnow = (path: string) => checked.push(path) > 0 && path !== "secret";
  const seat = chatOf(hub, { mayKnow }).chat.join({ dialect });
  for (const path of ["secret", "open"]) {
    hub.noticeAbout((mayKnow) => mayKnow(path) ? "a file" : undefined);
  }
  seat[Symbol.dispose]();
  assertEquals(await Array.fromAsync(seat.messages, ({ text }) => text), ["a file"]);
  assertEquals(checked, [".", "secret", "open", "."]);
});

pure("UserChat ends the messages of a user whose access was revoked, queued ones too", async () => {
  const hub = new Hub();
  const { chat, access } = revocable(hub);
  hub.broadcast("missed");
  const messages = chat.join({ dialect, after: 0 }).messages[Symbol.asyncIterator]();
  assertEquals((await messages.next()).value.text, "missed");
  hub.broadcast("received");
  assertEquals((await messages.next()).value.text, "received");
  hub.broadcast("queued");
  access.granted = false;
  assertEquals((await assertRejects(() => messages.next(), FtError)).code, "not_allowed");
});

pure("UserChat sends no missed messages to a user whose access was revoked", async () => {
  const hub = new Hub();
  const { chat, access } = revocable(hub);
  hub.broadcast("missed");
  const { messages } = chat.join({ dialect, after: 0 });
  access.granted = false;
  const refused = await assertRejects(() => Array.fromAsync(messages), FtError);
  assertEquals(refused.code, "not_allowed");
});

pure("UserChat adds a number to a name that is reserved for another user", async () => {
  const hub = new Hub();
  const { chat } = chatOf(hub, { isReserved: (name) => name === "bob" });
  const other = hub.join({ dialect, name: "other" });
  assertEquals(chat.name, "guest");
  assertEquals([chat.join({ dialect, name: "bob" }).name, chat.name], ["bob2", "bob2"]);
  chat.say("it is me", { name: "bob" });
  other[Symbol.dispose]();
  const received = await Array.fromAsync(other.messages, ({ from, text }) => `${from}: ${text}`);
  assertEquals(received, ["SERVER: bob2 joined", "bob2: it is me"]);
});

pure("UserChat counts and logs a seat once, however it ends, and logs no text", () => {
  const hub = new Hub();
  const user = chatOf(hub, { name: "ana" });
  const [first, second] = [user.chat.join({ dialect }), user.chat.join({ dialect })];
  assertEquals(user.seats, 2);
  first.say("hello", "ana2");
  user.chat.say("to all");
  second.say("");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  hub.kick("ana2");
  second[Symbol.dispose]();
  assertEquals(user.seats, 0);
  assertEquals(user.events.map(({ event, fields }): unknown => ({ event, ...fields })), [
    { event: "chat.joined", seat: "ana" },
    { event: "chat.joined", seat: "ana2" },
    { event: "chat.said", seat: "ana", to: "ana2", chars: 5 },
    { event: "chat.said", seat: "ana", to: undefined, chars: 6 },
    { event: "chat.left", seat: "ana" },
    { event: "chat.left", seat: "ana2" },
  ]);
});

pure("UserChat limits the messages of all seats of a login together", () => {
  const hub = new Hub({ now: () => 0 });
  const { chat } = chatOf(hub);
  const [first, second] = [chat.join({ dialect }), chat.join({ dialect })];
  const senders = [() => first.say("hi"), () => second.say("hi"), () => chat.say("hi")];
  let sent = 0;
  const refused = assertThrows(() => {
    while (true) senders[sent++ % 3]!();
  }, FtError);
  assertEquals(refused.code, "limit");
  assertEquals(senders.map(codeOf), ["limit", "limit", "limit"]);
});
