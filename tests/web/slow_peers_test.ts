/**
 * Clients that send slowly, or not at all.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { MIN_BODY_BYTES } from "../../lib/base/limits.ts";
import { hasCode } from "../../lib/base/errors.ts";
import { BodyPace } from "../../lib/web/http/body_pace.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { type RawPeer, rawPeer } from "../../testing/network/raw_peer.ts";
import { webServer } from "../../testing/web_server.ts";

const WINDOW_MS = 30_000;

/** Watches a connection that stays open. */
function watched(rateLimit?: number): BodyPace {
  return new BodyPace({ signal: new AbortController().signal, rateLimit }, WINDOW_MS);
}

Deno.test("preauth-byte-trickle: a body below the minimum of bytes in a window is cut", async () => {
  using time = new FakeTime();
  for (const [bytes, cut] of [[MIN_BODY_BYTES - 1, true], [MIN_BODY_BYTES, false]] as const) {
    using pace = watched();
    for (let window = 0; window < 3 && !pace.signal.aborted; window++) {
      pace.waiting();
      await time.advance(WINDOW_MS - 1000);
      pace.arrived(bytes);
      pace.waiting();
      await time.advance(1000);
    }
    assertEquals(pace.signal.aborted, cut, `${bytes} bytes`);
    if (cut) assert(hasCode(pace.signal.reason, "network"));
  }
});

Deno.test("a body waits as long as the server itself is busy, or limits the rate", async () => {
  using time = new FakeTime();
  using busy = watched();
  busy.waiting();
  busy.arrived(1);
  await time.advance(10 * WINDOW_MS);
  assertEquals(busy.signal.aborted, false);
  using limited = watched(10);
  for (const [bytes, cut] of [[150, false], [149, true]] as const) {
    limited.waiting();
    await time.advance(WINDOW_MS - 1000);
    limited.arrived(bytes);
    limited.waiting();
    await time.advance(1000);
    assertEquals(limited.signal.aborted, cut, `${bytes} bytes at 10 B/s`);
  }
});

Deno.test("a later request on a connection has a deadline of its own", async () => {
  await using server = await webServer();
  using peer = await rawPeer(server.webUrl);
  await peer.say("GET /files/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n");
  assertEquals(await peer.line(), "HTTP/1.1 200 OK");
  await server.event("login.done");
  await peer.say("GET /fi");
  await peer.finish();
  assertMatch(new TextDecoder().decode(await peer.rest()), /HTTP\/1\.1 400 /);
});

/** Opens connections in parallel, each with the beginning of a request. */
async function openSlow(url: string, count: number): Promise<RawPeer[]> {
  const peers = await Promise.all(Array.from({ length: count }, () => rawPeer(url)));
  await Promise.all(peers.map((peer) => peer.say("GET /files/a HTTP/1.1\r\nX: ")));
  return peers;
}

Deno.test("preauth-slowloris: many slow connections do not hold up a normal GET", async () => {
  await using server = await webServer({ maxConnections: 400, maxConnectionsPerHost: 400 });
  await Deno.writeTextFile(join(server.root, "a"), "content");
  const get = async () => {
    const answer = await server.raw("GET /files/a HTTP/1.1", "Host: localhost", "", "");
    assert(answer.endsWith("content"), answer);
  };
  // More than may wait for their requests at once: the oldest gives way to a new one.
  const slow = await openSlow(server.webUrl, 390);
  try {
    for (let i = 0; i < 20; i++) await get();
    assertEquals(server.server.status().connections.refused, 0);
  } finally {
    for (const peer of slow) peer[Symbol.dispose]();
  }
});
