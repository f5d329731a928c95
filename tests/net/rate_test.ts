/**
 * The rate of real connections, by a clock on which only the waits of the limits take time.
 */

import { assertGreater, assertLess } from "@std/assert";
import { RateLimit, RateLimits } from "../../lib/base/rate_limit.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { dial } from "../../lib/net/dial.ts";
import { listen } from "../../lib/net/listener.ts";
import { dialPinned } from "../../lib/net/tls_dial.ts";
import { openIdentity } from "../../lib/net/tls_identity.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const RATE = 40_000_000;
const PIECE = new Uint8Array(262_144);
const PIECES = 64;
const SECONDS = PIECES * PIECE.length / RATE;

/** A clock that jumps to the end of a wait. */
function jumpingClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    wait: (ms: number) => Promise.resolve(void (nowMs += ms)),
  };
}

/** Two ends of a connection over real sockets. */
interface Pair extends AsyncDisposable {
  readonly client: Connection;
  readonly server: Connection;
}

async function connect(encrypted: boolean): Promise<Pair> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const identity = await openIdentity(dir.path);
  const url = { hostname: "127.0.0.1", port: 0, dialect: undefined, encrypted };
  const listener = stack.use(listen(url, identity));
  const accepting = listener.accept()[Symbol.asyncIterator]().next();
  const to = { hostname: "127.0.0.1", port: listener.url.port, timeoutMs: 10_000 };
  const client = stack.use(await (encrypted ? dialPinned(to, identity.cert) : dial(to)));
  const server = stack.use((await accepting).value!.conn);
  const owned = stack.move();
  return { client, server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Requires a duration within 10 %. */
function assertTook(ms: number, seconds: number): void {
  assertGreater(ms, 900 * seconds);
  assertLess(ms, 1100 * seconds);
}

/** Sends all pieces from one end to the other. */
async function transfer(from: Connection, to: Connection): Promise<void> {
  const received = new ByteReader(to.readable);
  const reading = (async () => {
    for (let i = 0; i < PIECES; i++) await received.readExactly(PIECE.length);
  })();
  for (let i = 0; i < PIECES; i++) await from.send(PIECE);
  await reading;
}

for (const encrypted of [true, false]) {
  const kind = encrypted ? "TLS" : "plaintext";
  for (const way of ["up", "down"] as const) {
    for (const limited of ["client", "server"] as const) {
      Deno.test(`the rate limit of a ${limited} holds over ${kind} on the way ${way}`, async () => {
        await using pair = await connect(encrypted);
        const clock = jumpingClock();
        pair[limited].limitRate(new RateLimits(RATE, clock));
        if (way === "up") await transfer(pair.client, pair.server);
        else await transfer(pair.server, pair.client);
        assertTook(clock.now(), SECONDS);
      });
    }
  }

  Deno.test(`the rate that a peer requests holds over ${kind}, below the own limit`, async () => {
    await using pair = await connect(encrypted);
    const clock = jumpingClock();
    pair.server.limitRate(new RateLimits(3 * RATE, jumpingClock()));
    pair.server.limitSending(new RateLimit(RATE, clock));
    await transfer(pair.server, pair.client);
    assertTook(clock.now(), SECONDS);
  });

  Deno.test(`${kind} connections of one client share its rate`, async () => {
    const clock = jumpingClock();
    const limits = new RateLimits(RATE, clock);
    await using one = await connect(encrypted);
    await using other = await connect(encrypted);
    for (const { client } of [one, other]) client.limitRate(limits);
    await Promise.all([one, other].map(({ client, server }) => transfer(client, server)));
    assertTook(clock.now(), 2 * SECONDS);
  });
}
