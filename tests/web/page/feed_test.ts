/**
 * The connection of the page, without a server and without waiting.
 */

import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../../lib/web/page/api.ts";
import type { ServerEvent } from "../../../lib/web/page/events/event_parser.ts";
import { Feed, type FeedState } from "../../../lib/web/page/events/feed.ts";
import { OtherPages } from "../../../lib/web/page/events/other_pages.ts";
import { FakeTime } from "../../../testing/fake_time.ts";

/** One request of a feed, and the connection that answers it. */
interface Request {
  readonly url: string;
  readonly last: string | null;
  readonly signal: AbortSignal;
  send(text: string): void;
  end(): void;
}

/** A feed with its requests, events and states. */
function feedOf(answer: () => unknown = () => undefined) {
  const requests: Request[] = [];
  const events: ServerEvent[] = [];
  const states: FeedState[] = [];
  let looks = 0;
  const send = (url: string, { headers, signal }: RequestInit) => {
    const refusal = answer();
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
    const writer = writable.getWriter();
    const utf8 = new TextEncoder();
    const ignore = () => {};
    requests.push({
      ...{ url, last: new Headers(headers).get("last-event-id"), signal: signal! },
      send: (text) => void writer.write(utf8.encode(text)).catch(ignore),
      end: () => void writer.close().catch(ignore),
    });
    signal!.addEventListener("abort", () => void writer.abort(signal!.reason).catch(ignore));
    return refusal === undefined
      ? Promise.resolve(new Response(readable))
      : Promise.reject(refusal);
  };
  const feed = new Feed({
    send,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    beforeAgain: () => Promise.resolve(void looks++),
    random: () => 1,
  });
  return { feed, requests, events, states, looks: () => looks };
}

const REQUEST = { folder: "a b", name: "ana", history: 5, chat: true };
const event = (n: number) => `id: k.${n}.0.\nevent: chat\ndata: ${n}\n\n`;
const kinds = (states: readonly FeedState[]) => states.map(({ kind }) => kind).join(" ");

Deno.test("Feed goes on after the last event that it has, for another folder too", async () => {
  using time = new FakeTime();
  const { feed, requests, events, states } = feedOf();
  feed.open(REQUEST);
  await time.settle();
  assertEquals(requests[0]!.url, "/events?history=5&folder=a+b&name=ana");
  assertEquals(requests[0]!.last, null);
  requests[0]!.send(event(1) + event(2) + "id: k.3.0.\nda");
  await time.settle();
  feed.open({ history: 0, chat: false });
  await time.settle();
  assertEquals(requests[0]!.signal.aborted, true);
  assertEquals([requests[1]!.url, requests[1]!.last], ["/events?history=0&chat=no", "k.2.0."]);
  requests[1]!.send(event(3));
  await time.settle();
  assertEquals(events.map(({ data }) => data), ["1", "2", "3"]);
  assertEquals(kinds(states), "connecting open connecting open");
  feed.close();
});

Deno.test("Feed waits longer after each failure, up to 30 s, and begins anew after an event", async () => {
  using time = new FakeTime();
  let isThere = false;
  const network = () => isThere ? undefined : new ApiError(0, "network", "no answer");
  const { feed, requests, states, looks } = feedOf(network);
  feed.open(REQUEST);
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    await time.settle();
    const before = requests.length;
    await time.advance(seconds * 1000 - 1);
    assertEquals(requests.length, before, `it waits for ${seconds} s`);
    await time.advance(1);
    assertEquals(requests.length, before + 1);
  }
  assertEquals(looks(), 7, "the user is looked for before each further attempt");
  isThere = true;
  feed.wake();
  await time.settle();
  assertEquals(requests.length, 9, "at once");
  requests[8]!.send(event(1));
  requests[8]!.end();
  await time.settle();
  const last = states.at(-1)!;
  assert(last.kind === "lost");
  assertEquals(last.againMs - Date.now(), 1000);
  feed.close();
  await time.advance(60_000);
  assertEquals(requests.length, 9);
});

Deno.test("Feed takes a silent connection for lost, and a page that is seen again does so earlier", async () => {
  using time = new FakeTime();
  const { feed, requests } = feedOf();
  feed.open(REQUEST);
  await time.settle();
  for (let i = 0; i < 5; i++) {
    await time.advance(45_000);
    requests[0]!.send(":\n\n");
    await time.settle();
  }
  assertEquals([requests.length, requests[0]!.signal.aborted], [1, false]);
  await time.advance(50_000);
  await time.advance(1000);
  assertEquals([requests.length, requests[0]!.signal.aborted], [2, true]);
  await time.advance(20_000);
  feed.wake();
  await time.settle();
  assertEquals(requests[1]!.signal.aborted, false);
  await time.advance(6000);
  feed.wake();
  await time.settle();
  assertEquals(requests[1]!.signal.aborted, true);
  feed.close();
});

Deno.test("Feed does not ask again for events that it is refused", async () => {
  using time = new FakeTime();
  for (const [status, again] of [[401, 1], [403, 1], [404, 1], [429, 2], [503, 2], [408, 2]]) {
    const { feed, requests, states } = feedOf(() => new ApiError(status!, "x", "x"));
    feed.open(REQUEST);
    await time.settle();
    await time.advance(1000);
    assertEquals(requests.length, again, `${status}`);
    assertEquals(states.some(({ kind }) => kind === "refused"), again === 1, `${status}`);
    feed.close();
    await time.settle();
  }
});

Deno.test("OtherPages counts each page once since this one was seen", () => {
  const posted: string[] = [];
  const pages = new OtherPages((id) => posted.push(id));
  for (const id of ["a", "b", "a", "b"]) pages.hear(id);
  assertEquals(pages.areMany, false);
  pages.hear("c");
  assertEquals(pages.areMany, true);
  pages.isSeen();
  assertEquals(pages.areMany, false);
  pages.connects();
  pages.connects();
  assertEquals([posted.length, new Set(posted).size], [2, 1]);
});
