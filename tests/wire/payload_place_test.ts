import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { FrameReader } from "../../lib/wire/frame_decoder.ts";
import { BYTES_BEHIND, type PayloadPlace, readToPlace } from "../../lib/wire/payload_place.ts";
import { joined, splits, streamOf } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";

const KINDS = ["bytes", "default"] as const;
const CONTENT = new Uint8Array(300).map((_, i) => i % 251);
const BEHIND = new Uint8Array(2 * BYTES_BEHIND).fill(255);
const HEAD = new Uint8Array([9, 8, 7, 6]);

/** A place in a buffer with some room behind it, as a block has. */
class Room implements PayloadPlace {
  #memory = new Uint8Array(CONTENT.length + 100);
  #at = 0;
  parts = 0;

  push(bytes: Uint8Array): void {
    this.#memory.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  space(most: number): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(this.#at, this.#at + most);
  }

  filled(memory: Uint8Array<ArrayBuffer>, count: number): void {
    this.#memory = new Uint8Array(memory.buffer);
    this.#at += count;
  }

  get content(): Uint8Array {
    return this.#memory.subarray(0, this.#at);
  }
}

for (const kind of KINDS) {
  pure(`readToPlace leaves what follows to the reader, from a ${kind} stream`, async () => {
    for (const chunks of splits(joined(CONTENT, BEHIND))) {
      const reader = new ByteReader(streamOf(chunks, kind), 64);
      const place = new Room();
      await readToPlace(reader, place, CONTENT.length, () => place.parts++);
      assertEquals(place.content, CONTENT);
      assertEquals(await reader.readExactly(BEHIND.length), BEHIND);
    }
  });

  pure(`readToPlace reports a ${kind} stream that ends too early`, async () => {
    for (const length of [0, 1, CONTENT.length - 1]) {
      const reader = new ByteReader(streamOf([CONTENT.subarray(0, length)], kind));
      const read = () => readToPlace(reader, new Room(), CONTENT.length, () => {});
      assertEquals((await assertRejects(read, FtError, "ended")).code, "network");
    }
  });

  pure(`FrameReader reads payloads of a ${kind} stream to their places`, async () => {
    const first = encodeFrame("DATA", HEAD, CONTENT);
    const input = joined(first, encodeFrame("TEXT", HEAD), encodeFrame("DATA", HEAD, CONTENT));
    for (const chunks of splits(input)) {
      const places: Room[] = [];
      const parts: number[] = [];
      const frames = new FrameReader(
        new ByteReader(streamOf(chunks, kind), 64),
        () => 1000,
        (_, start) => parts.push(start[0]!),
        (type, start, length) => {
          assertEquals([[...start], length], [[...HEAD], HEAD.length + CONTENT.length]);
          if (type !== "DATA") return undefined;
          places.push(new Room());
          return places.at(-1);
        },
      );
      const types: string[] = [];
      for (let frame = await frames.read(); frame !== null; frame = await frames.read()) {
        types.push(frame.type);
        const content = frame.placed ? places.shift()!.content : frame.payload.subarray(4);
        assertEquals(content, frame.type === "DATA" ? CONTENT : new Uint8Array());
        assertEquals(frame.payload.subarray(0, 4), HEAD);
      }
      assertEquals(types, ["DATA", "TEXT", "DATA"]);
      assertEquals(new Set(parts).difference(new Set([HEAD[0]])).size, 0);
    }
  });
}
