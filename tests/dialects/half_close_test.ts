import { assertEquals } from "@std/assert";
import { LINGER_MS, MAX_LINGER_BYTES } from "../../lib/base/limits.ts";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { halfCloseAndDrain } from "../../lib/dialects/half_close.ts";
import { serveDialect } from "../../testing/dialect_session.ts";
import { FakeTime } from "../../testing/fake_time.ts";

const dialect: Dialect = { name: "test", match: () => "no", serve: halfCloseAndDrain };

/** Serves a connection, and tells whether that has ended. */
function closing() {
  const session = serveDialect(dialect);
  const state = { ended: false };
  void session.ended.then(() => state.ended = true);
  return { session, state };
}

Deno.test("halfCloseAndDrain ends the stream at once, and waits until the peer does", async () => {
  using time = new FakeTime();
  const { session, state } = closing();
  await using _session = session;
  assertEquals(await session.rest(), "");
  await session.say("still sending");
  await time.settle();
  assertEquals(state.ended, false);
  await session.client.closeWrite();
  await time.settle();
  assertEquals(state.ended, true);
});

Deno.test("halfCloseAndDrain gives up after LINGER_MS, whatever arrives", async () => {
  using time = new FakeTime();
  const { session, state } = closing();
  await using _session = session;
  await time.advance(LINGER_MS - 1);
  await session.say("still sending");
  await time.settle();
  assertEquals(state.ended, false);
  await time.advance(1);
  assertEquals(state.ended, true);
});

Deno.test("halfCloseAndDrain gives up after MAX_LINGER_BYTES", async () => {
  using time = new FakeTime();
  const { session, state } = closing();
  await using _session = session;
  const piece = new Uint8Array(MAX_LINGER_BYTES / 16);
  for (let n = 1; n < 16; n++) await session.say(piece);
  await time.settle();
  assertEquals(state.ended, false);
  await session.say(piece);
  await time.settle();
  assertEquals(state.ended, true);
});
