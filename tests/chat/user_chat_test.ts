import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { createLogger } from "../../lib/base/log.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { type ChatUser, UserChat } from "../../lib/chat/user_chat.ts";
import { pure } from "../../testing/pure.ts";

const dialect = "test";

/** A user of a hub, whose access can change, with what was logged and how many seats it has. */
function userOf(hub: Hub, changes: Partial<ChatUser> = {}) {
  const user = { mayList: true, seats: 0, logged: [] as unknown[][] };
  const chat = new UserChat(hub, {
    name: "ana",
    isReserved: () => false,
    mayKnow: () => user.mayList,
    log: createLogger(({ event, fields: { seat, to, chars } }) =>
      user.logged.push([event, seat, to, chars].filter((value) => value !== undefined))
    ),
    countSeat() {
      user.seats++;
      return { [Symbol.dispose]: () => void user.seats-- };
    },
    ...changes,
  });
  return { chat, user };
}

const codeOf = (fn: () => unknown) => assertThrows(fn, FtError).code;

pure("UserChat refuses a user without access at every call, before anything happens", () => {
  const hub = new Hub();
  const { chat, user } = userOf(hub);
  using seat = chat.join({ dialect });
  user.mayList = false;
  assertEquals(codeOf(() => chat.join({ dialect })), "not_allowed");
  assertEquals(codeOf(() => chat.who()), "not_allowed");
  assertEquals(codeOf(() => chat.say("hi")), "not_allowed");
  assertEquals(codeOf(() => seat.say("hi")), "not_allowed");
  user.mayList = true;
  assertEquals(chat.who().map(({ name }) => name), ["ana"]);
  assertEquals(hub.join({ dialect, after: 0 }).sequence, 0);
});

pure("UserChat asks about `.` for the chat, and about the file for a notice", async () => {
  const hub = new Hub();
  const asked: string[] = [];
  const mayKnow = (path: string) => asked.push(path) > 0 && path !== "secret";
  const seat = userOf(hub, { mayKnow }).chat.join({ dialect });
  hub.notice("about it", undefined, "secret");
  hub.notice("about it", undefined, "open");
  seat[Symbol.dispose]();
  assertEquals(await Array.fromAsync(seat.messages, ({ text }) => text), ["about it"]);
  assertEquals(asked, [".", "secret", "open", "."]);
});

pure("UserChat ends the messages of a user whose access was revoked, queued ones too", async () => {
  const hub = new Hub();
  const { chat, user } = userOf(hub);
  hub.broadcast("missed");
  const back = chat.join({ dialect, after: 0 });
  const messages = back.messages[Symbol.asyncIterator]();
  assertEquals((await messages.next()).value.text, "missed");
  hub.broadcast("heard");
  assertEquals((await messages.next()).value.text, "heard");
  hub.broadcast("secret");
  user.mayList = false;
  assertEquals((await assertRejects(() => messages.next(), FtError)).code, "not_allowed");
  user.mayList = true;
  const late = chat.join({ dialect, after: 0 });
  user.mayList = false;
  const refused = await assertRejects(() => Array.fromAsync(late.messages), FtError);
  assertEquals(refused.code, "not_allowed");
});

pure("UserChat gives a name that is reserved for another user with a number", async () => {
  const hub = new Hub();
  const isReserved = (name: string) => name === "bob";
  const { chat } = userOf(hub, { isReserved });
  const other = hub.join({ dialect, name: "other" });
  assertEquals([chat.join({ dialect, name: "bob" }).name, chat.name], ["bob2", "bob2"]);
  chat.say("it is me", { name: "bob" });
  other[Symbol.dispose]();
  const heard = await Array.fromAsync(other.messages, ({ from, text }) => `${from}: ${text}`);
  assertEquals(heard, ["SERVER: bob2 joined", "bob2: it is me"]);
});

pure("UserChat counts a seat and logs it once, however it ends", () => {
  const hub = new Hub();
  const { chat, user } = userOf(hub);
  const [first, second] = [chat.join({ dialect }), chat.join({ dialect })];
  assertEquals(user.seats, 2);
  first.say("hello", "ana2");
  chat.say("to all");
  second.say("");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  hub.kick("ana2");
  second[Symbol.dispose]();
  assertEquals(user.seats, 0);
  assertEquals(user.logged, [
    ["chat.joined", "ana"],
    ["chat.joined", "ana2"],
    ["chat.said", "ana", "ana2", 5],
    ["chat.said", "ana", 6],
    ["chat.left", "ana"],
    ["chat.left", "ana2"],
  ]);
});

pure("UserChat limits all seats of a login together", () => {
  const hub = new Hub({ now: () => 0 });
  const { chat } = userOf(hub);
  const [first, second] = [chat.join({ dialect }), chat.join({ dialect })];
  const speakers = [(text: string) => first.say(text), (text: string) => second.say(text)];
  let sent = 0;
  const error = assertThrows(() => {
    while (true) speakers[sent % 2]!(`${++sent}`);
  }, FtError);
  assertEquals([error.code, codeOf(() => chat.say("more"))], ["limit", "limit"]);
});
