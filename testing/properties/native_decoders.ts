/**
 * Properties of the decoders of frames and native messages.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nativeCaps } from "../../lib/native/frame_types.ts";
import {
  decodeBlockAck,
  decodeBlockHeader,
  decodeCredit,
  decodeDigestRun,
  decodeJson,
} from "../../lib/native/messages.ts";
import { decodeCompressedPack, decodePack } from "../../lib/native/packs.ts";
import { failureSchema, helloSchema, requestSchema } from "../../lib/native/schemas.ts";
import { ByteQueue } from "../../lib/wire/byte_queue.ts";
import { encodeFrame, type Frame } from "../../lib/wire/frame.ts";
import { FrameDecoder } from "../../lib/wire/frame_decoder.ts";
import { named, type NamedProperty, outcome } from "./named_property.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const frameType = fc.constantFrom(
  "HELO",
  "REQU",
  "RPLY",
  "DATA",
  "BULK",
  "PACK",
  "ZPAK",
  "xtra",
  "XTRA",
  "\0\0\0\0",
);
const frameBytes = fc.tuple(frameType, bytes).map(([type, payload]) => encodeFrame(type, payload));
/** Frames, some of them damaged. */
const wire = fc.array(fc.oneof({ weight: 4, arbitrary: frameBytes }, bytes), { maxLength: 6 })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function decodeAll(pieces: readonly Uint8Array[]): string[] {
  const decoder = new FrameDecoder(nativeCaps);
  const queue = new ByteQueue();
  const seen: string[] = [];
  for (const piece of pieces) {
    queue.push(piece.slice());
    const refused = outcome(() => {
      for (let frame: Frame | null; (frame = decoder.next(queue)) !== null;) {
        seen.push(`${frame.type} ${frame.payload.toHex()}`);
      }
      return "";
    });
    if (refused !== "") return [...seen, refused];
  }
  return seen;
}

const decoders = named(
  "FrameDecoder gives the same frames, or the same refusal, however the bytes are cut",
  fc.property(wire, fc.array(fc.nat(400), { maxLength: 8 }), (all, cuts) => {
    const at = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
    const pieces = at.slice(1).map((end, i) => all.subarray(at[i], end));
    assertEquals(decodeAll(pieces), decodeAll([all]));
    assertEquals(decodeAll([...all].map((byte) => Uint8Array.of(byte))), decodeAll([all]));
  }),
);

const messages = named(
  "native messages of any bytes decode or are refused as protocol",
  fc.property(bytes, (payload) => {
    const decode: (() => unknown)[] = [
      () => decodeBlockHeader(payload, 1 << 20),
      () => decodeDigestRun(payload),
      () => decodeBlockAck(payload),
      () => decodeCredit(payload),
      () => decodePack(payload),
      () => decodeCompressedPack(payload),
    ];
    for (const one of decode) {
      const result = outcome(one);
      assert(typeof result !== "string" || result === "protocol", String(result));
    }
  }),
);

const jsonMessages = named(
  "native JSON of any shape fits its schema or is refused as protocol",
  fc.property(
    fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.record({
        op: fc.constantFrom("stat", "read", "stage", "login", "list"),
        path: fc.string(),
      })
        .chain((base) => fc.dictionary(fc.string(), fc.jsonValue()).map((d) => ({ ...d, ...base })))
        .map((value) => JSON.stringify(value)),
    ),
    (text) => {
      const payload = new TextEncoder().encode(text);
      for (const schema of [requestSchema, helloSchema, failureSchema]) {
        const result = outcome(() => decodeJson(schema, payload, "TEST"));
        assert(typeof result !== "string" || result === "protocol", String(result));
      }
    },
  ),
);

/** The properties of this file. */
export const NATIVE_DECODERS: readonly NamedProperty[] = [decoders, messages, jsonMessages];
