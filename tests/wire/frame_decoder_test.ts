import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../lib/base/errors.ts";
import { ByteQueue } from "../../lib/wire/byte_queue.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import {
  decodeFrameHeader,
  encodeFrame,
  encodeFrameHeader,
  isOptionalType,
} from "../../lib/wire/frame.ts";
import { FrameDecoder, FrameReader } from "../../lib/wire/frame_decoder.ts";
import { joined, splits, streamOf } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";

const CAP = 20;
const caps = (type: string) => type === "FILE" || type === "TEXT" ? CAP : undefined;
const FRAMES: [string, number[]][] = [["FILE", [1, 2, 3]], ["TEXT", []], ["FILE", [4]]];
const INPUT = joined(...FRAMES.map(([type, bytes]) => encodeFrame(type, new Uint8Array(bytes))));

/** Decodes chunks. */
function decode(chunks: Iterable<Uint8Array>): [string, number[]][] {
  const decoder = new FrameDecoder(caps);
  const queue = new ByteQueue(1);
  const frames: [string, number[]][] = [];
  for (const chunk of chunks) {
    queue.push(chunk);
    for (let frame = decoder.next(queue); frame !== null; frame = decoder.next(queue)) {
      frames.push([frame.type, [...frame.payload]]);
    }
  }
  return frames;
}

function headerOf(length: bigint, type = "FILE"): Uint8Array {
  const header = encodeFrameHeader(type, 0);
  new DataView(header.buffer).setBigUint64(0, length);
  return header;
}

pure("FrameDecoder returns the same frames whole, byte by byte and at every split", () => {
  for (const chunks of [[INPUT], ...splits(INPUT)]) assertEquals(decode(chunks), FRAMES);
});

pure("FrameDecoder knows when it is between frames", () => {
  const decoder = new FrameDecoder(caps);
  const queue = new ByteQueue();
  queue.push(INPUT.subarray(0, 12));
  assertEquals([decoder.betweenFrames, decoder.next(queue), decoder.betweenFrames], [
    true,
    null,
    false,
  ]);
  queue.push(INPUT.subarray(12, 15));
  assertEquals([decoder.next(queue)?.payload.length, decoder.betweenFrames], [3, true]);
});

pure("FrameDecoder accepts a payload at its cap and refuses a larger one before it arrives", () => {
  assertEquals(decodeFrameHeader(headerOf(BigInt(CAP)), caps), { type: "FILE", length: CAP });
  const lengths = [
    BigInt(CAP) + 1n,
    1n << 32n,
    (1n << 53n) - 1n,
    1n << 53n,
    1n << 63n,
    (1n << 64n) - 1n,
  ];
  for (const length of lengths) {
    const error = assertThrows(() => decode([headerOf(length)]), FtError);
    assertEquals(error.code, "protocol", `${length}`);
  }
});

pure("FrameDecoder refuses types that are unknown or not letters", () => {
  for (const type of ["NOPE", "FIL\0", "FI E", "F1LE", "FÄLE"]) {
    assertEquals(assertThrows(() => decode([headerOf(0n, type)]), FtError).code, "protocol");
  }
});

pure("isOptionalType depends on the case of the first letter", () => {
  const optional = ["aBCD", "zzzz", "hint"].map(isOptionalType);
  const required = ["ABCD", "Hint", "ZZZZ"].map(isOptionalType);
  assertEquals([optional, required], [[true, true, true], [false, false, false]]);
});

pure("FrameDecoder returns the frames that encodeFrame encoded, split anywhere", () => {
  const frame = fc.tuple(fc.constantFrom("FILE", "TEXT"), fc.uint8Array({ maxLength: CAP }));
  fc.assert(fc.property(fc.array(frame, { maxLength: 8 }), fc.nat(20), (frames, size) => {
    const input = joined(...frames.map(([type, bytes]) => encodeFrame(type, bytes)));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < input.length; at += size + 1) {
      chunks.push(input.subarray(at, at + size + 1));
    }
    assertEquals(decode(chunks), frames.map(([type, bytes]) => [type, [...bytes]]));
  }));
});

pure("FrameDecoder throws only protocol errors on garbage", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
    try {
      decode([garbage]);
    } catch (error) {
      assertEquals((error as FtError).code, "protocol");
    }
  }));
});

for (const kind of ["bytes", "default"] as const) {
  pure(`FrameReader reads all frames of a ${kind} stream, at every split`, async () => {
    for (const chunks of splits(INPUT)) {
      const reader = new FrameReader(new ByteReader(streamOf(chunks, kind)), caps);
      const frames: [string, number[]][] = [];
      for (let frame = await reader.read(); frame !== null; frame = await reader.read()) {
        frames.push([frame.type, [...frame.payload]]);
      }
      assertEquals(frames, FRAMES);
    }
  });

  pure(`FrameReader reports a ${kind} stream that ended inside a frame`, async () => {
    for (const end of [1, 11, 12, 14]) {
      const reader = new FrameReader(
        new ByteReader(streamOf([INPUT.subarray(0, end)], kind)),
        caps,
      );
      assertEquals((await assertRejects(() => reader.read(), FtError)).code, "network", `${end}`);
    }
  });
}
