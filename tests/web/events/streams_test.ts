import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import {
  EVENT_GRACE_MS,
  EVENT_HEARTBEAT_MS,
  MAX_CHANGED_NAMES,
  MAX_EVENT_CHARS,
  MAX_EVENT_STREAMS,
  MAX_EVENTS,
} from "../../../lib/base/limits.ts";
import type { FolderChange } from "../../../lib/dialects/dialect.ts";
import { EventBuffer } from "../../../lib/web/events/event_buffer.ts";
import { EventStreams } from "../../../lib/web/events/event_streams.ts";
import { eventText, parsePlace } from "../../../lib/web/events/event_text.ts";
import { type Changes, FolderChanges } from "../../../lib/web/events/folder_changes.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

function filled(count: number, data = "{}"): EventBuffer {
  const buffer = new EventBuffer();
  for (let i = 0; i < count; i++) buffer.add({ name: "x", data, sequence: i });
  return buffer;
}

pure("EventBuffer keeps the last events, and says when some are gone", () => {
  const numbers = (buffer: EventBuffer, after: number) =>
    buffer.after(after)?.map(({ number }) => number);
  assertEquals(numbers(filled(3), 1), [2, 3]);
  assertEquals(numbers(filled(3), 3), []);
  assertEquals(numbers(filled(3), 4), undefined, "not an event of this stream");
  assertEquals(numbers(filled(MAX_EVENTS), 0)?.length, MAX_EVENTS);
  assertEquals(numbers(filled(MAX_EVENTS + 1), 0), undefined);
  assertEquals(numbers(filled(MAX_EVENTS + 1), 1)?.length, MAX_EVENTS);
  const large = "x".repeat(MAX_EVENT_CHARS / 4);
  assertEquals(numbers(filled(4, large), 0)?.length, 4);
  assertEquals(numbers(filled(5, large), 0), undefined);
});

pure("an event has its place in its id, and an id that is not ours is ignored", () => {
  const event = { number: 7, sequence: 3, name: "chat", data: `{"a":1}` };
  const text = eventText(event, { key: "k-_", seat: "añ.a\n" });
  assertEquals(text, `id: k-_.7.3.a%C3%B1.a%0A\nevent: chat\ndata: {"a":1}\n\n`);
  const place = { key: "k-_", number: 7, sequence: 3, seat: "añ.a\n" };
  assertEquals(parsePlace("k-_.7.3.a%C3%B1.a%0A"), place);
  assertEquals(parsePlace("k.1.0."), { key: "k", number: 1, sequence: 0, seat: "" });
  for (const id of [null, "", "7", "k.1", "k.1.x.", "k.1.2.%", `k.${"9".repeat(16)}.1.`]) {
    assertEquals(parsePlace(id), undefined, String(id));
  }
});

pure("a stream ends some time after its connection, unless its client comes back", async () => {
  using time = new FakeTime();
  using streams = new EventStreams();
  const stream = streams.begin("ana");
  assertEquals(streams.find(stream.key, "ana"), stream);
  assertEquals(streams.find(stream.key, "bo"), undefined);
  streams.disconnected(stream, streams.connected(stream));
  await time.advance(EVENT_GRACE_MS - 1);
  const second = streams.connected(stream);
  await time.advance(EVENT_HEARTBEAT_MS);
  assertEquals(streams.find(stream.key, "ana"), stream);
  const third = streams.connected(stream);
  assertEquals([second.aborted, third.aborted], [true, false]);
  streams.disconnected(stream, second);
  await time.advance(EVENT_GRACE_MS);
  assertEquals(streams.find(stream.key, "ana"), stream, "another connection has taken over");
  streams.disconnected(stream, third);
  await time.advance(EVENT_GRACE_MS);
  assertEquals(streams.find(stream.key, "ana"), undefined);
});

pure("streams are limited: one without a connection gives way, one with it does not", () => {
  using streams = new EventStreams();
  const all = Array.from({ length: MAX_EVENT_STREAMS }, () => streams.begin("ana"));
  const signals = all.map((stream) => streams.connected(stream));
  const { retryable } = assertThrows(() => streams.begin("bo"), FtError);
  assertEquals(retryable, true);
  streams.disconnected(all[5]!, signals[5]!);
  streams.begin("bo");
  assertEquals(streams.find(all[5]!.key, "ana"), undefined);
  assertEquals(streams.find(all[0]!.key, "ana"), all[0]);
});

pure("FolderChanges sends several changes together, the last state of each name", async () => {
  using time = new FakeTime();
  const emitted: Changes[] = [];
  let change: (change: FolderChange) => void = () => {};
  const watch = (_: string, onChange: typeof change) => {
    change = onChange;
    return { [Symbol.dispose]: () => void (change = () => {}) };
  };
  const changes = new FolderChanges({ watch }, "d", (event) => emitted.push(event));
  const add = async (...names: readonly string[]) => {
    for (const name of names) change({ name: name.slice(1), removed: name.startsWith("-") });
    await time.advance(1000);
    return emitted.splice(0);
  };
  const many = (count: number) => Array.from({ length: count }, (_, i) => `+${i}`);
  assertEquals(await add("+a", "+b", "-a"), [{ folder: "d", changed: ["b"], removed: ["a"] }]);
  assertEquals((await add(...many(MAX_CHANGED_NAMES)))[0]?.changed?.length, MAX_CHANGED_NAMES);
  assertEquals(await add(...many(MAX_CHANGED_NAMES + 1)), [{ folder: "d", all: true }]);
  assertEquals(await add("+a", "-."), [{ folder: "d", gone: true }]);
  change({ name: "late", removed: false });
  changes[Symbol.dispose]();
  await time.advance(1000);
  assertEquals(emitted, []);
});
