import { assertEquals } from "@std/assert";
import { MAX_DATA_BYTES, STREAM_WINDOW_BYTES } from "../../lib/base/limits.ts";
import { Channel } from "../../lib/native/channel.ts";
import type { FrameHandlers } from "../../lib/native/exchange.ts";
import { uint32s } from "../../lib/native/messages.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame, encodeFrameHeader } from "../../lib/wire/frame.ts";
import { joined } from "../../testing/bytes.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { pure } from "../../testing/pure.ts";

/** A channel with exchange 1 open, 2 given up, and a peer that sends bytes. */
function channelScene(handlers: FrameHandlers = { DATA: () => {} }) {
  const time = new FakeTime();
  const [near, far] = connectionPair();
  const channel = new Channel(near.connection, new ByteReader(near.connection.readable));
  const running = channel.run({ receive: () => {} });
  channel.open(1).handle(handlers);
  channel.open(2).end(new Error("stopped"));
  return {
    channel,
    /** Lets a second pass, sends bytes, and returns whether they count as an answer. */
    async isAnswer(bytes: Uint8Array): Promise<boolean> {
      await time.advance(1000);
      await far.connection.send(bytes);
      await time.settle();
      return channel.answeredMs === performance.now();
    },
    async [Symbol.asyncDispose]() {
      near.connection.abort(new Error("done"));
      await running;
      time[Symbol.dispose]();
    },
  };
}

pure("Channel counts every byte of a frame for an exchange as an answer", async () => {
  await using at = channelScene();
  const frame = encodeFrame("DATA", uint32s(1), new Uint8Array(10));
  const counted: boolean[] = [];
  for (const byte of frame) counted.push(await at.isAnswer(new Uint8Array([byte])));
  // Until the exchange is known, which takes the header and four bytes, a frame may be any.
  assertEquals(counted.indexOf(true), 15);
  assertEquals(counted.lastIndexOf(false), 14);
});

pure("Channel counts no frames that belong to no exchange", async () => {
  await using at = channelScene();
  for (
    const frame of [
      encodeFrame("zzzz", uint32s(1), new Uint8Array(8)),
      encodeFrame("PING", new Uint8Array(8)),
      encodeFrame("PONG", uint32s(1, 1)),
      encodeFrame("MESG", uint32s(1)),
      encodeFrame("CRED", uint32s(7, 1)),
      encodeFrame("RPLY", uint32s(7)),
    ]
  ) assertEquals(await at.isAnswer(frame), false);
  assertEquals(await at.isAnswer(encodeFrame("RPLY", uint32s(1))), true);
});

pure("Channel counts no keepalives and messages that a damaged length swallows", async () => {
  const swallowed = [
    encodeFrame("PONG", uint32s(0, 1)),
    encodeFrame("PING", new Uint8Array(8)),
    encodeFrame("MESG", new TextEncoder().encode("{}")),
  ];
  for (const type of ["RPLY", "FAIL", "ITEM", "DGST", "HELD", "PACK", "ZDAT", "ZPAK"] as const) {
    await using at = channelScene();
    const header = encodeFrameHeader(type, 16_384);
    await at.isAnswer(header);
    assertEquals(await at.isAnswer(joined(uint32s(1), new Uint8Array(10))), true, type);
    for (const frame of [...swallowed, joined(...swallowed)]) {
      assertEquals(await at.isAnswer(frame), false, type);
    }
    const cut = swallowed[0]!.subarray(0, -1);
    assertEquals(await at.isAnswer(cut), true, `${type}: content that looks similar`);
  }
});

pure("Channel counts as much for an exchange that was given up as its window holds", async () => {
  await using at = channelScene();
  const piece = encodeFrame("DATA", uint32s(2), new Uint8Array(MAX_DATA_BYTES));
  let counted = 0;
  while (await at.isAnswer(piece)) counted += MAX_DATA_BYTES;
  assertEquals(counted, STREAM_WINDOW_BYTES);
});

pure("Channel notices that its own side does not consume what arrives", async () => {
  await using at = channelScene();
  const piece = encodeFrame("DATA", uint32s(1), new Uint8Array(MAX_DATA_BYTES));
  let sent = 0;
  for (; !at.channel.consumesSlowly; sent += MAX_DATA_BYTES) await at.isAnswer(piece);
  assertEquals([sent > STREAM_WINDOW_BYTES / 2, sent <= STREAM_WINDOW_BYTES], [true, true]);
  at.channel.find(1)!.consumed(sent);
  assertEquals(at.channel.consumesSlowly, false);
});
