import { assert, assertEquals, assertThrows } from "@std/assert";
import { equals } from "@std/bytes/equals";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, BUFFERED_OVERHEAD_BYTES, MAX_DATA_BYTES } from "../../lib/base/limits.ts";
import type { OwnedBlock } from "../../lib/blocks/block.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { blockDigest } from "../../lib/blocks/manifest.ts";
import { BlockAssembler, sendBlock } from "../../lib/native/block_stream.ts";
import { type FrameType, nativeCaps } from "../../lib/native/frame_types.ts";
import { encodeBlockHeader, uint32s } from "../../lib/native/messages.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { FrameReader } from "../../lib/wire/frame_decoder.ts";
import type { FindPlace } from "../../lib/wire/payload_place.ts";
import { pure } from "../../testing/pure.ts";
import { joined, streamOf } from "../../testing/bytes.ts";
import { recordedExchange } from "./recorded_wire.ts";

const ID = uint32s(7);
const digest = new Uint8Array(32).fill(9);

function assembler(buffers = new BlockBuffers()) {
  const { exchange, wire } = recordedExchange();
  const blocks: OwnedBlock[] = [];
  const { handlers } = new BlockAssembler(exchange, buffers, (block) => blocks.push(block));
  exchange.handle(handlers);
  const receive = (type: "BLCK" | "DATA" | "ZDAT", ...parts: Uint8Array[]) =>
    exchange.receive(type, joined(ID, ...parts));
  const begin = (length: number) =>
    receive("BLCK", encodeBlockHeader({ index: 3, length, digest }));
  return { exchange, wire, blocks, receive, begin };
}

function refuses(act: () => unknown, why: string): void {
  assertEquals(assertThrows(act, FtError, why).code, "protocol");
}

for (const compress of [false, true]) {
  pure(
    `BlockAssembler returns the block that sendBlock sent, compressed: ${compress}`,
    async () => {
      const bytes = new Uint8Array(MAX_DATA_BYTES * 2 + 5).map((_, i) => i % 7);
      const { exchange, wire } = recordedExchange();
      const sent = await sendBlock(
        exchange,
        { index: 3, bytes, digest: blockDigest(bytes) },
        compress,
      );
      const data = compress ? "ZDAT" : "DATA";
      assertEquals(wire.types, ["BLCK", data, data, "DATA"]);
      assert(compress ? sent < 10_000 : sent === bytes.length);
      const other = assembler();
      wire.replay(other.exchange);
      using block = other.blocks[0]!;
      assertEquals([block.index, block.bytes, block.digest], [3, bytes, blockDigest(bytes)]);
    },
  );
}

pure("BlockAssembler refuses a block longer than announced", () => {
  const { begin, receive } = assembler();
  begin(4);
  receive("DATA", new Uint8Array(3));
  refuses(() => receive("DATA", new Uint8Array(2)), "longer");
});

pure("BlockAssembler refuses a block that begins before the previous one is complete", () => {
  const { begin, receive } = assembler();
  begin(4);
  receive("DATA", new Uint8Array(3));
  refuses(() => begin(4), "inside");
});

pure("BlockAssembler refuses data outside a block, and empty data", () => {
  const { begin, receive } = assembler();
  refuses(() => receive("DATA", new Uint8Array(1)), "outside");
  begin(1);
  receive("DATA", new Uint8Array(1));
  refuses(() => receive("DATA", new Uint8Array(1)), "outside");
  begin(1);
  refuses(() => receive("DATA"), "outside");
});

pure("BlockAssembler refuses empty and oversized blocks, and incomplete headers", () => {
  const { begin, receive } = assembler();
  refuses(() => begin(0), "0 bytes");
  refuses(() => begin(BLOCK_BYTES + 1), `${BLOCK_BYTES + 1}`);
  refuses(() => receive("BLCK", new Uint8Array(39)), "wrong size");
  refuses(() => receive("ZDAT", new Uint8Array(3)), "short");
});

pure("BlockAssembler counts compressed data with its raw length (decompression-bomb)", async () => {
  const zeros = new Uint8Array(BLOCK_BYTES);
  const { exchange, wire } = recordedExchange();
  await sendBlock(exchange, { index: 3, bytes: zeros, digest }, true);
  const other = assembler();
  // Eight blocks fill the window, although they were a few hundred bytes on the network.
  for (let n = 0; n < 8; n++) wire.replay(other.exchange);
  refuses(() => wire.replay(other.exchange), "overran");
  assertEquals(other.blocks.length, 8);
});

pure("OwnedBlock disposed returns its whole share of the window once", async () => {
  const { exchange, wire } = recordedExchange();
  const bytes = new Uint8Array(BLOCK_BYTES);
  for (const index of [0, 1]) await sendBlock(exchange, { index, bytes, digest });
  const other = assembler();
  wire.replay(other.exchange);
  const [first, second] = other.blocks;
  first![Symbol.dispose]();
  first![Symbol.dispose]();
  assertEquals(other.wire.sent, []);
  second![Symbol.dispose]();
  const cost = wire.sent.reduce((sum, { payload }) => sum + payload.length, 0);
  assertEquals(other.wire.sent, [{ type: "CRED", payload: joined(ID, uint32s(cost)) }]);
  // The sender accepts exactly the credit for what it sent.
  exchange.credit(cost);
  assertThrows(() => exchange.credit(1), FtError, "credit");
});

pure(
  "BlockAssembler counts buffered bytes until a block is disposed, or its exchange ends",
  () => {
    const { begin, receive, blocks, exchange, wire } = assembler();
    begin(4);
    receive("DATA", new Uint8Array(4));
    begin(4);
    receive("DATA", new Uint8Array(3));
    const head = 44 + BUFFERED_OVERHEAD_BYTES;
    assertEquals(wire.buffered, 2 * head + 4 + 4 + 4 + 3);
    blocks[0]![Symbol.dispose]();
    assertEquals(wire.buffered, head + 4 + 3);
    exchange.end(new FtError("interrupted", "stopped"));
    assertEquals(wire.buffered, 0);
  },
);

pure("BlockAssembler returns the buffer of an incomplete block when its exchange ends", () => {
  const given: ArrayBuffer[] = [];
  class Recorded extends BlockBuffers {
    override give(view: Uint8Array<ArrayBuffer>): void {
      given.push(view.buffer);
    }
  }
  const { begin, exchange } = assembler(new Recorded());
  begin(BLOCK_BYTES);
  exchange.end(new FtError("interrupted", "stopped"));
  assertEquals(given.length, 1);
});

/** Passes frames to an assembler as a channel does, from a byte stream in chunks. */
async function stream(into: ReturnType<typeof assembler>, chunks: Iterable<Uint8Array>) {
  const { exchange } = into;
  const reader = new ByteReader(streamOf(chunks, "bytes"));
  const find: FindPlace = (type, id, length) => exchange.place(type, length - id.length);
  const frames = new FrameReader(reader, nativeCaps, undefined, find);
  let placed = 0;
  for (let frame = await frames.read(); frame !== null; frame = await frames.read()) {
    placed += frame.placed ?? 0;
    if (exchange.signal.aborted) continue;
    exchange.receive(frame.type as FrameType, frame.payload, frame.placed);
  }
  return placed;
}

/** A block as it is sent. */
function sentBlock(index: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = encodeBlockHeader({ index, length: bytes.length, digest });
  const frames = [encodeFrame("BLCK", ID, header)];
  for (let at = 0; at < bytes.length; at += MAX_DATA_BYTES) {
    frames.push(encodeFrame("DATA", ID, bytes.subarray(at, at + MAX_DATA_BYTES)));
  }
  return joined(...frames);
}

pure("BlockAssembler gets content read to its place, however it is split", async () => {
  const content = new Uint8Array(BLOCK_BYTES).map((_, i) => i % 253);
  for (const length of [MAX_DATA_BYTES + 1, BLOCK_BYTES - 1, BLOCK_BYTES]) {
    const bytes = content.subarray(0, length);
    const input = joined(sentBlock(0, bytes), sentBlock(1, bytes.subarray(1)));
    for (const chunk of [997, 4096, 100_000, input.length]) {
      const chunks = Array.from(
        { length: Math.ceil(input.length / chunk) },
        (_, i) => input.subarray(i * chunk, (i + 1) * chunk),
      );
      const other = assembler();
      const placed = await stream(other, chunks);
      assert(placed > length);
      assertEquals(other.blocks.map(({ bytes }) => bytes.length), [length, length - 1]);
      for (using block of other.blocks) assert(equals(block.bytes, bytes.subarray(block.index)));
      assertEquals(other.wire.buffered, 0);
    }
  }
});

pure("BlockAssembler keeps the buffer of a block that is discarded while it is filled", () => {
  const buffers = new BlockBuffers();
  const { begin, exchange, wire } = assembler(buffers);
  begin(BLOCK_BYTES);
  const place = exchange.place("DATA", BLOCK_BYTES)!;
  place.push(new Uint8Array(10));
  exchange.end(new FtError("interrupted", "given up"));
  const memory = place.space(BLOCK_BYTES);
  assert(buffers.take().buffer !== memory.buffer);
  place.filled(memory, memory.length);
  assertEquals(wire.buffered, 0);
});

pure("BlockAssembler has no place for content that belongs to no block, or is too long", () => {
  const { begin, exchange, receive } = assembler();
  refuses(() => exchange.place("DATA", 1), "outside");
  begin(4);
  receive("DATA", new Uint8Array(3));
  refuses(() => exchange.place("DATA", 2), "longer");
  assertEquals(exchange.place("ZDAT", 1), undefined);
  assert(exchange.place("DATA", 1) !== undefined);
});
