import { assert, assertEquals } from "@std/assert";
import { equals } from "@std/bytes/equals";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, WHOLE_BLOCK_MS } from "../../lib/base/limits.ts";
import type { OwnedBlock } from "../../lib/blocks/block.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { BlockAssembler, sendBlock } from "../../lib/native/block_stream.ts";
import { Channel } from "../../lib/native/channel.ts";
import { Line } from "../../lib/native/line.ts";
import { encodeBlockHeader, uint32s } from "../../lib/native/messages.ts";
import { ourHello } from "../../lib/native/schemas.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame, encodeFrameHeader } from "../../lib/wire/frame.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { pure } from "../../testing/pure.ts";
import { recordedExchange } from "./recorded_wire.ts";

const digest = new Uint8Array(32).fill(9);
const content = new Uint8Array(BLOCK_BYTES).map((_, i) => i % 253);
const { features } = ourHello("test/1");

pure("Line sends whole blocks only to a peer that takes them, and after a fast one", () => {
  for (
    const [theirs, ms, whole] of [
      [features, WHOLE_BLOCK_MS - 1, true],
      [features, WHOLE_BLOCK_MS, false],
      [features, undefined, false],
      [["windows"], 0, false],
    ] as const
  ) {
    const line = new Line();
    if (ms !== undefined) line.blockLeftIn(ms);
    assertEquals(line.sendsWholeBlocks, false);
    line.greeted(theirs);
    assertEquals(line.sendsWholeBlocks, whole, `${theirs} ${ms}`);
  }
});

pure("sendBlock sends a whole block in one frame once a block has left fast", async () => {
  const { exchange, wire } = recordedExchange();
  exchange.line.greeted(features);
  const block = { index: 0, bytes: content, digest };
  await sendBlock(exchange, block);
  const pieces = ["DATA", "DATA", "DATA", "DATA"] as const;
  assertEquals(wire.types, ["BLCK", ...pieces]);
  exchange.line.blockLeftIn(1);
  await sendBlock(exchange, block);
  await sendBlock(exchange, block, true);
  assertEquals(wire.types.slice(5), ["BLCK", "BULK", "BLCK", "ZDAT", "ZDAT", "ZDAT", "ZDAT"]);
  exchange.line.blockLeftIn(WHOLE_BLOCK_MS);
  await sendBlock(exchange, block);
  assertEquals(wire.types.slice(12), ["BLCK", ...pieces]);
});

pure("sendBlock sends a whole block only once all of it fits into the window", async () => {
  const { exchange, wire } = recordedExchange();
  exchange.line.greeted(features);
  const block = { index: 0, bytes: content, digest };
  let sent = 0;
  const all = (async () => {
    for (; sent < 9; sent++) {
      exchange.line.blockLeftIn(1);
      await sendBlock(exchange, block);
    }
  })();
  while (sent < 7) await Promise.resolve();
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  // The eighth would exceed the window of 8 MiB by its headers.
  assertEquals([sent, wire.sent.length], [7, 14]);
  exchange.credit(2 * BLOCK_BYTES);
  await all;
  assertEquals(wire.sent.length, 18);
});

/** A channel with an exchange that collects blocks, and its peer's connection. */
function receiving() {
  const [near, far] = connectionPair();
  const channel = new Channel(near.connection, new ByteReader(near.connection.readable));
  const ended = channel.run({ receive() {} });
  const blocks: OwnedBlock[] = [];
  const exchange = channel.open(7);
  const assembler = new BlockAssembler(exchange, new BlockBuffers(), (b) => blocks.push(b));
  exchange.handle(assembler.handlers);
  return { peer: far.connection, exchange, blocks, ended };
}

pure("Channel reads a whole block to its place", async () => {
  const { peer, blocks, ended } = receiving();
  const head = encodeBlockHeader({ index: 3, length: content.length, digest });
  await peer.send(encodeFrame("BLCK", uint32s(7), head), encodeFrame("BULK", uint32s(7), content));
  await peer.closeWrite();
  assertEquals(await ended, null);
  using block = blocks[0]!;
  assert(equals(block.bytes, content));
  await peer[Symbol.asyncDispose]();
});

pure("Channel skips a whole block of an exchange that was given up", async () => {
  const { peer, exchange, blocks, ended } = receiving();
  exchange.end(new FtError("interrupted", "given up"));
  await peer.send(encodeFrame("BULK", uint32s(7), content), encodeFrame("BULK", uint32s(7)));
  await peer.closeWrite();
  assertEquals([await ended, blocks.length], [null, 0]);
  await peer[Symbol.asyncDispose]();
});

pure("Channel refuses a whole block that belongs nowhere before it arrives", async () => {
  for (const id of [7, 8]) {
    const { peer, ended } = receiving();
    await peer.send(encodeFrameHeader("BULK", 4 + BLOCK_BYTES), uint32s(id));
    const error = await ended;
    assertEquals([error?.code, error?.message], ["protocol", "data outside a block"]);
    await peer[Symbol.asyncDispose]();
  }
});

pure("Channel refuses content that is longer than its block before it arrives", async () => {
  const head = encodeBlockHeader({ index: 3, length: 1000, digest });
  for (const type of ["DATA", "BULK"] as const) {
    const { peer, ended } = receiving();
    await peer.send(encodeFrame("BLCK", uint32s(7), head), encodeFrame("DATA", uint32s(7, 0)));
    await peer.send(encodeFrameHeader(type, 4 + 997), uint32s(7));
    const error = await ended;
    assertEquals([error?.code, error?.message], ["protocol", "a block is longer than announced"]);
    await peer[Symbol.asyncDispose]();
  }
});
