/**
 * The chat of the page, without a browser.
 */

import { assertEquals } from "@std/assert";
import { ApiError } from "../../../lib/web/page/api.ts";
import { Chat } from "../../../lib/web/page/chat/chat.ts";
import { readChatInput } from "../../../lib/web/page/chat/chat_input.ts";
import type { Remembered } from "../../../lib/web/page/chat/chat_memory.ts";
import { titleWith } from "../../../lib/web/page/chat/chat_state.ts";
import type { SendChat } from "../../../lib/web/page/chat/outbox.ts";
import { beginningOf, shownName, shownText } from "../../../lib/web/page/chat/shown_text.ts";
import { type Storage, Stored } from "../../../lib/web/page/stored.ts";

function storage(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

/** A chat, the forms that it sends, and events for it. */
function chatOf(memory: Storage = storage(), answer: SendChat = () => Promise.resolve(ANA)) {
  const forms: Readonly<Record<string, string>>[] = [];
  const send: SendChat = (form) => {
    forms.push(form);
    return answer(form);
  };
  const chat = new Chat(send, new Stored<Remembered>(() => memory, "chat"), true);
  chat.begin("anonymous", {});
  const event = (name: string, data: unknown) =>
    chat.receive({ id: "key.1.2.ana", name, data: JSON.stringify(data) });
  const hello = (fields: object = {}) => event("hello", { ...ANA, sequence: 0, ...fields });
  const message = (sequence: number, text: string, fields: object = {}) =>
    event("chat", { sequence, kind: "message", from: "bo", text, atMs: sequence, ...fields });
  chat.connection({ kind: "open" });
  return { chat, forms, event, hello, message };
}

const ANA = { name: "ana" };
const textsOf = ({ state: { lines } }: Chat, kind = "message") =>
  lines.filter((line) => line.kind === kind).map(({ text }) => text);
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("Chat shows each message once, also when the server repeats or has forgotten some", () => {
  const { chat, hello, message } = chatOf();
  hello();
  for (const sequence of [1, 2, 2, 1, 3]) message(sequence, `${sequence}`);
  hello({ sequence: 3 });
  for (const sequence of [3, 4]) message(sequence, `${sequence}`);
  assertEquals(textsOf(chat), ["1", "2", "3", "4"]);
  // It counts from the start again.
  hello({ sequence: 0, incomplete: true });
  message(1, "first");
  assertEquals(textsOf(chat).at(-1), "first");
  assertEquals(textsOf(chat, "remark"), [
    ...["joined the chat as ana", "rejoined the chat as ana", "rejoined the chat as ana"],
    "some messages may be missing here, as the server no longer has them",
  ]);
});

Deno.test("Chat counts messages that nobody has seen, not notices, and marks where they begin", () => {
  const { chat, event, hello, message } = chatOf();
  hello();
  message(1, "seen");
  chat.isSeen(false);
  message(2, "unread");
  message(3, "too");
  event("chat", { sequence: 3, kind: "notice", from: "SERVER", text: "bo left", atMs: 3 });
  assertEquals([chat.state.unread, titleWith(chat.state.unread, "a")], [2, "(2) a"]);
  const { lines, newFrom, spoken } = chat.state;
  assertEquals(lines.find(({ key }) => key === newFrom)?.text, "unread");
  assertEquals(spoken, "bo: too");
  chat.isSeen(true);
  assertEquals([chat.state.unread, titleWith(0, "a")], [0, "a"]);
  chat.open(false);
  message(4, "closed", { to: "ana" });
  assertEquals([chat.state.unread, chat.state.spoken], [1, "bo to you: closed"]);
  chat.open(true);
  assertEquals(chat.state.unread, 0);
});

Deno.test("Chat marks the messages that came after the last visit, but none at the first", () => {
  const memory = storage();
  const first = chatOf(memory);
  first.hello({ sequence: 2 });
  for (const sequence of [1, 2, 3]) first.message(sequence, `${sequence}`);
  assertEquals([first.chat.state.newFrom, first.chat.state.spoken], [undefined, "bo: 3"]);
  const second = chatOf(memory);
  second.hello({ sequence: 5 });
  for (const sequence of [2, 3, 4, 5]) second.message(sequence, `${sequence}`);
  const { lines, newFrom, spoken, unread } = second.chat.state;
  assertEquals(lines.find(({ key }) => key === newFrom)?.text, "4");
  assertEquals([spoken, unread], ["", 0]);
});

Deno.test("Chat sends messages in their order, as soon as it has a seat, and keeps one that fails", async () => {
  let fails = true;
  const { chat, forms, event, hello } = chatOf(
    storage(),
    ({ to }) =>
      to === "nobody" && fails
        ? Promise.reject(new ApiError(404, "not_found", "not found"))
        : Promise.resolve(ANA),
  );
  assertEquals(chat.enter("one"), undefined);
  assertEquals(chat.enter("/to nobody two"), undefined);
  await settled();
  assertEquals(forms, []);
  assertEquals(chat.state.lines.map(({ own }) => own), ["waiting", "waiting"]);
  hello();
  chat.enter("three");
  await settled();
  assertEquals(forms.map(({ text, to, stream }) => [text, to, stream]), [
    ["one", undefined, "key"],
    ["two", "nobody", "key"],
    ["three", undefined, "key"],
  ]);
  const sent = () => chat.state.lines.filter(({ own }) => own).map(({ own, why }) => why ?? own);
  assertEquals(sent(), ["sent", "nobody is not here", "sent"]);
  fails = false;
  chat.sendAgain(chat.state.lines.find(({ own }) => own === "failed")!);
  await settled();
  assertEquals(sent(), ["sent", "sent", "sent"]);
  chat.connection({ kind: "lost", againMs: 0 });
  chat.enter("four");
  await settled();
  assertEquals([forms.length, sent().at(-1)], [4, "waiting"]);
  chat.connection({ kind: "open" });
  await settled();
  assertEquals(forms.length, 4, "whether there still is a seat is not known");
  event("resumed", {});
  await settled();
  assertEquals([forms.length, sent().at(-1)], [5, "sent"]);
  chat.connection({ kind: "lost", againMs: 0 });
  chat.connection({ kind: "open" });
  chat.enter("five");
  await settled();
  assertEquals(forms.length, 5);
  hello();
  await settled();
  assertEquals(forms.length, 6);
});

Deno.test("Chat refuses a message above 8 KiB and unknown words, and sends neither", async () => {
  const { chat, forms, hello } = chatOf();
  hello();
  assertEquals(chat.enter("ä".repeat(4096)), undefined);
  assertEquals(chat.enter("ä".repeat(4096) + "x"), "A message can have 8 KiB");
  assertEquals(
    chat.enter("/hepl"),
    "Unknown command: /hepl (commands: /who, /to NAME TEXT, /help, /quit)",
  );
  assertEquals(chat.enter("/who all"), "/who takes no arguments");
  assertEquals(chat.enter("/to bo"), "/to needs NAME TEXT");
  assertEquals(chat.enter(" \n"), undefined);
  await settled();
  assertEquals(forms.length, 1);
});

Deno.test("Chat keeps the chosen name for its user, and says why it got another one", async () => {
  const memory = storage();
  const taken = { name: "bo2", wanted: "bo", taken: "seat" } as const;
  const { chat, hello } = chatOf(memory, () => Promise.resolve(taken));
  hello({ name: "guest2", wanted: "guest", taken: "reserved" });
  assertEquals(textsOf(chat, "remark"), [
    "joined the chat as guest2: the name guest is reserved for another user",
  ]);
  await chat.rename("bo");
  assertEquals(textsOf(chat, "remark").at(-1), "you are now bo2: someone is here as bo");
  assertEquals([chat.wantedName, chatOf(memory).chat.wantedName], ["bo", "bo"]);
  chat.begin("ana", {});
  assertEquals([chat.wantedName, chat.state.lines], [undefined, []]);
});

Deno.test("Chat leaves until it is opened, and after it was removed it resumes where it was", () => {
  const memory = storage();
  const { chat, forms, event, hello, message } = chatOf(memory);
  assertEquals(chat.resumesAfter, "");
  hello({ name: "an ä" });
  message(7, "x");
  event("gone", { code: "not_allowed", message: "removed" });
  assertEquals([chat.state.isGone, chat.state.seat], [true, undefined]);
  assertEquals(chat.resumesAfter, "none.0.7.an%20%C3%A4");
  hello({ sequence: 7 });
  assertEquals(chat.state.isGone, false);
  chat.enter("/quit");
  assertEquals(forms, [{ leave: "1", stream: "key" }]);
  event("gone", { code: "internal", message: "left" });
  assertEquals([chat.state.hasLeft, chat.state.isOpen, chat.state.isGone], [true, false, false]);
  assertEquals(chatOf(memory).chat.state.hasLeft, true);
  chat.open(true);
  assertEquals([chat.state.hasLeft, chatOf(memory).chat.state.hasLeft], [false, false]);
});

Deno.test("a snapshot of Chat goes on after a reload; what was not sent says so", async () => {
  const before = chatOf();
  before.hello();
  before.message(1, "1");
  before.chat.connection({ kind: "lost", againMs: 0 });
  before.chat.enter("unsent");
  const { chat, forms, event, message } = chatOf();
  chat.begin("anonymous", JSON.parse(JSON.stringify(before.chat.snapshot())));
  chat.connection({ kind: "open" });
  event("resumed", {});
  message(1, "1");
  message(2, "2");
  assertEquals(textsOf(chat), ["1", "unsent", "2"]);
  assertEquals(chat.state.lines.map(({ why }) => why), [
    ...[undefined, undefined, "the page was loaded again", undefined],
  ]);
  chat.enter("sent");
  await settled();
  assertEquals(forms.map(({ text, stream }) => [text, stream]), [["sent", "key"]]);
});

Deno.test("shownText and shownName leave nothing that moves or reverses text", () => {
  const bidi = "\u202ea\u2066b\u200fc\ufeff";
  assertEquals(shownText(`a\r\nb\rc\td\x1b[2J\x00\u2028${bidi}`).split("\n"), [
    "a",
    "b\\rc  d\\x1b[2J\\x00\\u2028\\u202ea\\u2066b\\u200fc\\ufeff",
  ]);
  assertEquals(shownName("a\nb\u202e"), "a\\nb\\u202e");
  assertEquals(shownText("\ud800é 😀"), "\ufffdé 😀");
});

Deno.test("beginningOf cuts long and tall texts between characters", () => {
  assertEquals(beginningOf("x".repeat(1200)), undefined);
  assertEquals(beginningOf("x".repeat(1201)), `${"x".repeat(1200)}…`);
  assertEquals(beginningOf(`x${"😀".repeat(40_000)}`)?.isWellFormed(), true);
  assertEquals(beginningOf("\n".repeat(65536))?.length, 20);
  assertEquals(beginningOf("1\n".repeat(19) + "20"), undefined);
});

Deno.test("readChatInput knows the words of the terminal, and sends no other word with a slash", () => {
  assertEquals(readChatInput(" /EXIT "), { kind: "leave" });
  assertEquals(readChatInput("/sair").kind, "leave");
  assertEquals(readChatInput("/to bo  two\nlines"), { kind: "say", to: "bo", text: "two\nlines" });
  assertEquals(readChatInput("1/2"), { kind: "say", text: "1/2" });
  assertEquals(readChatInput(" /etc/passwd").kind, "wrong");
});

Deno.test("Stored survives a storage that is broken, full or forbidden", () => {
  const memory = storage();
  const stored = new Stored<{ a: number; b: number }>(() => memory, "x");
  stored.write({ a: 1 });
  stored.write({ b: 2 });
  assertEquals([stored.read(), stored.take(), stored.read()], [{ a: 1, b: 2 }, { a: 1, b: 2 }, {}]);
  for (const broken of ["{", "null", "1"]) {
    memory.setItem("x", broken);
    assertEquals(stored.read(), {});
  }
  const forbidden = new Stored<{ a: number }>(() => {
    throw new DOMException("denied", "SecurityError");
  }, "x");
  forbidden.write({ a: 1 });
  assertEquals(forbidden.take(), {});
});
