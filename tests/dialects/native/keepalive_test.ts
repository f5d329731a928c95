import { assertEquals } from "@std/assert";
import { KEEPALIVE_MS } from "../../../lib/base/limits.ts";
import { sendKeepalives } from "../../../lib/dialects/native/keepalive.ts";
import { FakeTime } from "../../../testing/fake_time.ts";

/** A channel that may have no room, its connection, and what was sent. */
function openChannel() {
  const sent: [string, number][] = [];
  const channel = {
    answeredMs: 0,
    full: false,
    sendFrame: (type: string, ...[payload]: readonly Uint8Array[]) =>
      Promise.resolve(void sent.push([type, payload!.length])),
  };
  return { channel, connection: { lastWriteMs: 0 }, sent };
}

const PONG = ["PONG", 8];

Deno.test("sendKeepalives sends a PONG if bytes arrived and nothing was sent", async () => {
  using time = new FakeTime();
  const { channel, connection, sent } = openChannel();
  const keepalives = sendKeepalives(channel, connection);
  await time.advance(KEEPALIVE_MS);
  assertEquals(sent, [], "nothing arrived");
  channel.answeredMs = performance.now();
  await time.advance(KEEPALIVE_MS - 1);
  assertEquals(sent, []);
  await time.advance(1);
  assertEquals(sent, [PONG]);
  await time.advance(KEEPALIVE_MS);
  assertEquals(sent, [PONG], "nothing more arrived");
  channel.answeredMs = connection.lastWriteMs = performance.now() + KEEPALIVE_MS / 2 + 1;
  await time.advance(KEEPALIVE_MS);
  assertEquals(sent, [PONG], "an answer shows as much");
  channel.answeredMs = performance.now();
  keepalives[Symbol.dispose]();
  await time.advance(KEEPALIVE_MS);
  assertEquals(sent, [PONG], "it is disposed");
});

Deno.test("sendKeepalives sends a PONG while the server has no room to read", async () => {
  using time = new FakeTime();
  const { channel, connection, sent } = openChannel();
  using _keepalives = sendKeepalives(channel, connection);
  channel.full = true;
  await time.advance(3 * KEEPALIVE_MS);
  assertEquals(sent, [PONG, PONG, PONG]);
});
