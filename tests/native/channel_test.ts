import { assert, assertEquals, assertRejects, assertThrows, fail } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_DATA_BYTES, STREAM_WINDOW_BYTES } from "../../lib/base/limits.ts";
import { Channel, type ChannelSide } from "../../lib/native/channel.ts";
import type { Exchange } from "../../lib/native/exchange.ts";
import type { FrameType } from "../../lib/native/frame_types.ts";
import { encodeJson, exchangeId, uint32s } from "../../lib/native/messages.ts";
import { ourHello } from "../../lib/native/schemas.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { connectionPair, type PairOptions } from "../../testing/network/connection_pair.ts";
import { pure } from "../../testing/pure.ts";

/** One end, which records frames that are not dispatched to an exchange. */
class End implements ChannelSide {
  readonly channel: Channel;
  readonly seen: [FrameType, number][] = [];
  readonly ended: Promise<FtError | null>;
  #received = Promise.withResolvers<void>();

  constructor(readonly connection: Connection) {
    this.channel = new Channel(connection, new ByteReader(connection.readable));
    this.ended = this.channel.run(this);
  }

  receive(type: FrameType, payload: Uint8Array): void {
    this.seen.push([type, exchangeId(payload)]);
    this.#received.resolve();
    this.#received = Promise.withResolvers();
  }

  /** Waits until the peer has handled every sent frame: it answers a ping after them. */
  async settled(): Promise<void> {
    const received = this.#received.promise;
    const ended = this.ended.then(() => fail("the channel has ended"));
    await this.channel.sendFrame("PING", new Uint8Array(8));
    await Promise.race([received, ended]);
  }
}

/** Two connected channels. */
function pair(options: PairOptions = {}): [End, End] {
  const [near, far] = connectionPair(options);
  return [new End(near.connection), new End(far.connection)];
}

async function closeAll(...ends: End[]): Promise<void> {
  for (const { connection } of ends) await connection[Symbol.asyncDispose]();
  await Promise.all(ends.map(({ ended }) => ended));
}

for (const options of [{}, { readBytes: 1 }, { readBytes: 5, capacity: 16 }]) {
  pure(`Channel dispatches frames to their exchange, ${JSON.stringify(options)}`, async () => {
    const [a, b] = pair(options);
    const got: number[][] = [];
    b.channel.open(1).handle({ DATA: (payload) => void got.push([1, ...payload.subarray(4)]) });
    b.channel.open(2).handle({ DATA: (payload) => void got.push([2, ...payload.subarray(4)]) });
    const [one, two] = [a.channel.open(1), a.channel.open(2)];
    await one.send("DATA", new Uint8Array([1]));
    await two.send("DATA", new Uint8Array([2, 2]), new Uint8Array([3]));
    await one.send("REQU", encodeJson({}));
    await a.settled();
    assertEquals(got, [[1, 1], [2, 2, 2, 3]]);
    assertEquals(b.seen, [["REQU", 1]]);
    await closeAll(a, b);
  });
}

pure("Channel sends each frame as one write", async () => {
  const [near, far] = connectionPair();
  const channel = new Channel(near.connection, new ByteReader(near.connection.readable));
  await channel.sendHello(ourHello("test/1"));
  await channel.open(1).send("DATA", new Uint8Array(1000), new Uint8Array(24));
  assertEquals(near.writes.length, 2);
  assertEquals(near.writes[1], 12 + 4 + 1024);
  await near.connection[Symbol.asyncDispose]();
  await far.connection[Symbol.asyncDispose]();
});

pure("Channel ends on a frame for an exchange that never existed or was replied to", async () => {
  for (const [how, fails] of [["never", true], ["RPLY", true], ["FAIL", false]] as const) {
    const [a, b] = pair();
    const sender = a.channel.open(1);
    if (how !== "never") await b.channel.open(1).finish(how, encodeJson({}));
    await sender.send("DATA", new Uint8Array(9)).catch(() => {});
    if (fails) assertEquals((await b.ended)?.code, "protocol", how);
    else await a.settled();
    await closeAll(a, b);
  }
});

pure("Channel ignores frames that cross the reply of their exchange", async () => {
  const [a, b] = pair();
  const sender = a.channel.open(1);
  await b.channel.open(1).finish("RPLY", encodeJson({}));
  for (const type of ["DROP", "CRED", "STOP"] as const) {
    await sender.send(type, ...(type === "CRED" ? [uint32s(1)] : []));
  }
  await a.settled();
  await closeAll(a, b);
});

pure(
  "Channel refuses exchange ids that are taken or 0, and frees ids of ended exchanges",
  async () => {
    const [a, b] = pair();
    const exchange = a.channel.open(5);
    assertThrows(() => a.channel.open(5), FtError, "taken");
    assertThrows(() => a.channel.open(0), FtError, "taken");
    assertEquals(a.channel.activeExchanges, 1);
    exchange.end(new Error("over"));
    assertEquals([a.channel.activeExchanges, a.channel.find(5)], [0, undefined]);
    a.channel.open(5);
    await closeAll(a, b);
  },
);

pure("Channel ends every exchange with the reason the connection ended", async () => {
  const [a, b] = pair();
  const exchange = a.channel.open(1);
  await closeAll(b);
  assertEquals(await a.ended, null);
  assertEquals((exchange.signal.reason as FtError).code, "network");
  await assertRejects(() => exchange.send("DATA", new Uint8Array(1)), FtError);
  await closeAll(a);
});

pure("Channel reports a protocol error to the peer, and both sides end with it", async () => {
  const [a, b] = pair();
  const running = b.channel.open(9);
  b.channel.open(1).handle({});
  await a.channel.open(1).send("DATA", new Uint8Array(1));
  for (const end of [await a.ended, await b.ended]) {
    assertEquals(end?.code, "protocol");
    assertEquals(end?.message, "unexpected DATA in an exchange");
  }
  assertEquals((running.signal.reason as FtError).code, "protocol");
  await closeAll(a, b);
});

pure("Channel answers no further pings while the peer does not read", async () => {
  const [near, far] = connectionPair({ capacity: 64 });
  const channel = new Channel(near.connection, new ByteReader(near.connection.readable));
  const running = channel.run({ receive() {} });
  let sent = 0;
  const pinging = (async () => {
    for (; sent < 1000; sent++) await far.connection.send(encodeFrame("PING", new Uint8Array(8)));
  })();
  for (let before = -1; before !== sent;) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert(sent > 0 && sent < 100, `${sent} pings were accepted`);
  far.connection.abort(new FtError("network", "over"));
  await assertRejects(() => pinging);
  await running;
  await near.connection[Symbol.asyncDispose]();
});

pure("Exchange stops sending when its window is used up, and resumes with credit", async () => {
  const [a, b] = pair();
  const receiving = b.channel.open(1);
  let arrived = 0;
  const full = Promise.withResolvers<void>();
  receiving.handle({
    DATA: (payload) => {
      arrived += payload.length;
      if (arrived >= STREAM_WINDOW_BYTES) full.resolve();
    },
  });
  const sending = a.channel.open(1);
  const piece = new Uint8Array(MAX_DATA_BYTES);
  const total = 2 * STREAM_WINDOW_BYTES / MAX_DATA_BYTES;
  const sent = (async () => {
    for (let n = 0; n < total; n++) await sending.send("DATA", piece);
  })();
  await full.promise;
  await a.settled();
  assert(arrived < STREAM_WINDOW_BYTES + 2 * MAX_DATA_BYTES);
  const other = a.channel.open(2);
  b.channel.open(2).handle({ DATA: (payload) => void b.seen.push(["DATA", payload.length]) });
  await other.send("DATA", piece);
  receiving.handle({
    DATA: (payload) => {
      arrived += payload.length;
      receiving.consumed(payload.length);
    },
  });
  receiving.consumed(arrived);
  await sent;
  await a.settled();
  assertEquals(arrived, total * (MAX_DATA_BYTES + 4));
  assertEquals(b.seen.filter(([type]) => type === "DATA"), [["DATA", MAX_DATA_BYTES + 4]]);
  await closeAll(a, b);
});

pure("Exchange sends its last frame once and nothing after it", async () => {
  const [a, b] = pair();
  const exchange: Exchange = a.channel.open(1);
  await exchange.finish("RPLY", encodeJson({}));
  await exchange.finish("FAIL", encodeJson({}));
  await assertRejects(() => exchange.send("DATA", new Uint8Array(1)), FtError, "over");
  exchange.end(new Error("again"));
  exchange.consumed(1e9);
  await a.settled();
  assertEquals(b.seen, [["RPLY", 1]]);
  await closeAll(a, b);
});

pure("Channel throws only FtErrors on garbage", async () => {
  const frame = fc.tuple(
    fc.constantFrom("DATA", "CRED", "PING", "FAIL", "REQU", "ITEM", "hint", "GBYE", "MESG"),
    fc.uint8Array({ maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 6 }),
      fc.uint8Array(),
      async (frames, garbage) => {
        const [near, far] = connectionPair();
        const channel = new Channel(near.connection, new ByteReader(near.connection.readable));
        const running = channel.run({ receive() {} });
        const peer = new Channel(far.connection, new ByteReader(far.connection.readable));
        for (const [type, payload] of frames) await peer.sendFrame(type as FrameType, payload);
        await far.connection.send(garbage);
        await far.connection.closeWrite();
        const ended = await running;
        assert(ended === null || ["protocol", "network", "internal"].includes(ended.code));
        await near.connection[Symbol.asyncDispose]();
        await far.connection[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 60 },
  );
});
