import { assertEquals } from "@std/assert";
import { hasCode } from "../../lib/base/errors.ts";
import { SilenceWatch } from "../../lib/server/silence_watch.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { FakeTime } from "../../testing/fake_time.ts";

/** A watched connection, whose timeouts can change, and its client. */
function watched(handshakeTimeoutMs = 100, idleTimeoutMs = 1000) {
  const timeouts = { handshakeTimeoutMs, idleTimeoutMs };
  const [{ connection }, { connection: client }] = connectionPair();
  const watch = new SilenceWatch(connection, () => timeouts);
  const reason = () => connection.signal.aborted ? connection.signal.reason.message : undefined;
  return { connection, client, watch, timeouts, reason };
}

Deno.test("SilenceWatch closes a connection without a handshake in time", async () => {
  using time = new FakeTime();
  const { connection, watch, reason } = watched();
  using _watch = watch;
  await time.advance(99);
  assertEquals(reason(), undefined);
  await time.advance(1);
  assertEquals(reason(), "no hello in time");
  assertEquals(hasCode(connection.signal.reason, "network"), true);
});

Deno.test("preauth-byte-trickle: SilenceWatch does not extend the handshake for bytes", async () => {
  using time = new FakeTime();
  const { connection, client, watch, reason } = watched();
  using _watch = watch;
  const reading = Array.fromAsync(connection.readable).catch(() => {});
  for (let n = 0; n < 10; n++) {
    assertEquals(reason(), undefined);
    await client.send(new Uint8Array(1));
    await time.advance(10);
  }
  assertEquals(reason(), "no hello in time");
  await reading;
});

Deno.test("SilenceWatch closes an idle connection after its handshake", async () => {
  using time = new FakeTime();
  const { connection, watch, reason } = watched();
  using _watch = watch;
  await time.advance(50);
  watch.established();
  await time.advance(949);
  assertEquals(reason(), undefined);
  // A byte in either direction counts.
  connection.lastReadMs = performance.now();
  await time.advance(600);
  connection.lastWriteMs = performance.now();
  await time.advance(999);
  assertEquals(reason(), undefined);
  await time.advance(1);
  assertEquals(reason(), "idle for too long");
});

Deno.test("SilenceWatch lets a connection with a seat be idle", async () => {
  using time = new FakeTime();
  const { watch, reason } = watched();
  using _watch = watch;
  watch.established();
  const seats = [watch.countSeat(), watch.countSeat()];
  await time.advance(10_000);
  seats[0]![Symbol.dispose]();
  await time.advance(10_000);
  assertEquals(reason(), undefined);
  seats[1]![Symbol.dispose]();
  await time.advance(1000);
  assertEquals(reason(), "idle for too long");
});

Deno.test("SilenceWatch uses a new idle timeout from its next check on", async () => {
  using time = new FakeTime();
  const { watch, timeouts, reason } = watched();
  using _watch = watch;
  watch.established();
  timeouts.idleTimeoutMs = 5000;
  await time.advance(4999);
  assertEquals(reason(), undefined);
  await time.advance(1);
  assertEquals(reason(), "idle for too long");
});

Deno.test("SilenceWatch ends with its connection", async () => {
  using time = new FakeTime();
  const [pending, established] = [watched(), watched()];
  established.watch.established();
  for (const { watch } of [pending, established]) watch[Symbol.dispose]();
  await time.advance(10_000);
  assertEquals([pending.reason(), established.reason()], [undefined, undefined]);
});

Deno.test("SilenceWatch never closes a connection whose idle timeout no timer can hold", async () => {
  using time = new FakeTime();
  const { watch, reason } = watched(100, Infinity);
  using _watch = watch;
  watch.established();
  await time.advance(10_000);
  assertEquals(reason(), undefined);
});
