/**
 * What keeps the page up to date, without a browser.
 */

import { assertEquals, assertThrows } from "@std/assert";
import type { Entry } from "../../../lib/web/page/entry.ts";
import { differences } from "../../../lib/web/page/events/differences.ts";
import { EventParser, type ServerEvent } from "../../../lib/web/page/events/event_parser.ts";
import { kept } from "../../../lib/web/page/selection.ts";

const EVENTS = 'retry: 2000\n\nid: k.1.0.\nevent: hello\ndata: {"a":1}\n\n:\n\n' +
  "data:x\ndata: y:\u2028 z\n\nid: k.3.0.\r\nevent: e\r\ndata: \r\n\r\n";
const PARSED: readonly ServerEvent[] = [
  { id: "k.1.0.", name: "hello", data: '{"a":1}' },
  { id: "k.1.0.", name: "message", data: "x\ny:\u2028 z" },
  { id: "k.3.0.", name: "e", data: "" },
];

Deno.test("EventParser gives the same events whole, by characters, and split anywhere", () => {
  assertEquals(new EventParser().add(EVENTS), PARSED);
  const slow = new EventParser();
  assertEquals([...EVENTS].flatMap((one) => slow.add(one)), PARSED);
  for (let at = 0; at <= EVENTS.length; at++) {
    const parser = new EventParser();
    assertEquals([...parser.add(EVENTS.slice(0, at)), ...parser.add(EVENTS.slice(at))], PARSED);
  }
});

Deno.test("EventParser refuses an event that does not end", () => {
  const parser = new EventParser();
  parser.add(`data: ${"x".repeat(1024 * 1024 - 6)}`);
  assertThrows(() => parser.add("y"), RangeError);
});

Deno.test("differences names what is new, changed or gone; the time of a folder says nothing", () => {
  const file = (name: string, bytes = 1, mtime = "1"): Entry => ({
    ...{ name, type: "file", bytes, mtime },
  });
  const dir = (name: string, mtime: string): Entry => ({
    ...{ name, type: "dir", bytes: 0, mtime },
  });
  const lock = (holder: string) => ({ holder, leftSeconds: 1 });
  const before = [file("a"), file("b"), file("c"), file("x"), dir("d", "1"), file("l")];
  const now = [
    ...[file("a"), file("b", 2), file("c", 1, "2"), dir("d", "2"), dir("x", "1"), file("new")],
    { ...file("l"), lock: lock("ana") },
  ];
  assertEquals(differences(before, now), {
    ...{ added: ["new"], altered: ["b", "c", "x", "l"], removed: [] },
  });
  assertEquals(differences(now, []).removed.length, 7);
  const later = { ...file("l"), lock: { ...lock("ana"), leftSeconds: 9 } };
  assertEquals(differences([{ ...file("l"), lock: lock("ana") }], [later]).altered, []);
});

Deno.test("kept moves the cursor to the next name that is left, or to the one before", () => {
  const order = ["a", "b", "c", "d"];
  const at = (cursor: string, left: readonly string[]) =>
    kept({ names: new Set(), cursor }, left, order).cursor;
  assertEquals([at("b", ["a", "c", "d"]), at("b", ["a", "d"]), at("d", ["a", "b"])], [
    ...["c", "d", "b"],
  ]);
  assertEquals([at("b", []), at("x", ["a"]), at("b", ["b"])], [undefined, undefined, "b"]);
});
