import { assertEquals, assertRejects } from "@std/assert";
import { AsyncQueue } from "../../../lib/base/async_queue.ts";
import { FtError } from "../../../lib/base/errors.ts";
import type { ChatMessage } from "../../../lib/chat/seat.ts";
import { ChatSession, type ChatSessionEvent } from "../../../lib/client/remote/chat_session.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import {
  noChat,
  type RemoteSeat,
  type SeatRequest,
} from "../../../lib/client/remote/remote_chat.ts";
import { DialError } from "../../../lib/net/dial_error.ts";
import { fakeRemote } from "../../../testing/fake_remote.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { pure } from "../../../testing/pure.ts";

const LOST = new FtError("network", "lost");
const busyFor = (retryAfterMs: number) =>
  new FtError("limit", "busy", { retryable: true, retryAfterMs });

/** A session, the events it reports as one word each, and its waits. */
function sessionOver(
  open: () => Promise<Remote>,
  retries: number,
  signal?: AbortSignal,
  name?: string,
) {
  const events: string[] = [];
  const waits: number[] = [];
  const onEvent = (event: ChatSessionEvent) => {
    events.push(event.kind);
    if (event.kind === "lost") waits.push(event.atMs - Date.now());
  };
  const options = { name, retries, onEvent, random: () => 0 };
  const never = new AbortController().signal;
  const session = new ChatSession(open, { ...options, signal: signal ?? never });
  return { session, events, waits };
}

/** A connection whose seat gets these messages. */
function remoteWith(
  messages: AsyncIterable<ChatMessage>,
  closed?: (what: string) => void,
  assigned = { name: "ana", sequence: 0 },
): Remote {
  const seat: RemoteSeat = {
    ...{ ...assigned, messages },
    [Symbol.asyncDispose]: () => Promise.resolve(closed?.("seat")),
  };
  return fakeRemote({
    chat: { ...noChat("fake"), join: () => Promise.resolve(seat) },
    [Symbol.asyncDispose]: () => Promise.resolve(closed?.("connection")),
  });
}

pure("ChatSession counts attempts and caps waits that the server asks for", async () => {
  using time = new FakeTime();
  let connections = 0;
  const { session, events, waits } = sessionOver(() => {
    return Promise.reject(++connections > 50 ? new Error("endless") : busyFor(2 ** 33));
  }, 2);
  await time.run();
  await assertRejects(() => session.finished, FtError, "busy");
  await assertRejects(() => session.joined(), FtError, "busy");
  assertEquals([connections, waits], [3, [35_200, 35_200]]);
  assertEquals(events, ["lost", "lost"]);
});

pure(
  "ChatSession with no retries, or an error that retries cannot help, connects once",
  async () => {
    const refused = new FtError("not_allowed", "refused");
    for (const [retries, error] of [[0, LOST], [6, refused]] as const) {
      let connections = 0;
      const { session } = sessionOver(() => {
        connections++;
        return Promise.reject(error);
      }, retries);
      await assertRejects(() => session.finished, FtError, error.message);
      assertEquals(connections, 1);
    }
  },
);

pure(
  "ChatSession closes a lost seat and its connection, and counts from 1 again when it has a new one",
  async () => {
    using time = new FakeTime();
    let connections = 0;
    const closed: string[] = [];
    const { session, events, waits } = sessionOver(() => {
      if (++connections % 2 === 1) return Promise.reject(LOST);
      const messages = new AsyncQueue<ChatMessage>();
      if (connections < 8) messages.fail(LOST);
      return Promise.resolve(remoteWith(messages, (what) => closed.push(what)));
    }, 2);
    await time.run();
    assertEquals(await session.joined(), "ana");
    const both = ["seat", "connection"];
    assertEquals([connections, closed], [8, [...both, ...both, ...both]]);
    assertEquals(waits, [1000, 1000, 2000, 1000, 2000, 1000, 2000]);
    assertEquals(events.filter((kind) => kind === "joined").length, 4);
    await session[Symbol.asyncDispose]();
    assertEquals(closed.slice(6), both);
  },
);

pure(
  "ChatSession rejoins under its assigned name, after the last message it has seen",
  async () => {
    using time = new FakeTime();
    const requests: unknown[] = [];
    const open = () => {
      const messages = new AsyncQueue<ChatMessage>();
      const notice = { sequence: 9, kind: "notice", from: "", text: "hi", atMs: 0 } as const;
      if (requests.length === 0) {
        for (const sequence of [8, 8, 7]) messages.push({ ...notice, sequence, kind: "message" });
        messages.push(notice);
        messages.fail(LOST);
      }
      const remote = remoteWith(messages, undefined, { name: "ana2", sequence: 7 });
      const join = ({ name, after }: SeatRequest = {}) => {
        requests.push({ name, after });
        return remote.chat.join();
      };
      return Promise.resolve({ ...remote, chat: { ...remote.chat, join } });
    };
    const { session, events } = sessionOver(open, 1, undefined, "ana");
    await time.run();
    assertEquals(requests, [{ name: "ana", after: undefined }, { name: "ana2", after: 8 }]);
    assertEquals(events, ["joined", "message", "message", "lost", "joined"]);
    await session[Symbol.asyncDispose]();
  },
);

pure("ChatSession sends a message as soon as there is a seat", async () => {
  using time = new FakeTime();
  const said: string[] = [];
  let connections = 0;
  const { session } = sessionOver(() => {
    if (++connections === 1) return Promise.reject(LOST);
    const remote = remoteWith(new AsyncQueue<ChatMessage>());
    const say = (text: string) => Promise.resolve(void said.push(text));
    return Promise.resolve({ ...remote, chat: { ...remote.chat, say } });
  }, 1);
  const saying = session.say("hi");
  await time.settle();
  assertEquals(said, []);
  await time.run();
  await saying;
  assertEquals(said, ["hi"]);
  await session[Symbol.asyncDispose]();
});

pure("ChatSession stops waiting when its signal ends, and when it is disposed", async () => {
  using time = new FakeTime();
  const stop = new AbortController();
  const lost = () => Promise.reject(LOST);
  const { session } = sessionOver(lost, 6, stop.signal);
  await time.settle();
  stop.abort(new FtError("interrupted", "by hand"));
  await assertRejects(() => session.finished, FtError, "by hand");
  const other = sessionOver(lost, 6);
  await time.settle();
  await other.session[Symbol.asyncDispose]();
  await other.session.finished;
  await assertRejects(() => other.session.joined(), FtError, "left");
  assertEquals(other.events, ["lost"]);
});

pure(
  "ChatSession retries a first connection that is refused once, a later one always",
  async () => {
    using time = new FakeTime();
    const refused = () => Promise.reject(new DialError("refused", "h", 1, undefined));
    const first = sessionOver(refused, 6);
    await time.run();
    await assertRejects(() => first.session.finished, DialError);
    assertEquals(first.waits, [1000]);

    const messages = new AsyncQueue<ChatMessage>();
    let connections = 0;
    const later = sessionOver(
      () => ++connections === 1 ? Promise.resolve(remoteWith(messages)) : refused(),
      3,
    );
    await later.session.joined();
    messages.fail(LOST);
    await time.run();
    await assertRejects(() => later.session.finished, DialError);
    assertEquals(later.waits, [1000, 2000, 4000]);
  },
);
