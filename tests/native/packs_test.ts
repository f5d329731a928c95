import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { zstdCompressSync } from "node:zlib";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_CONTROL_BYTES, SMALL_FILE_BYTES } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import { FRAME_CAPS, MAX_PACK_BYTES } from "../../lib/native/frame_types.ts";
import { encodeJson, uint32s } from "../../lib/native/messages.ts";
import {
  decodeCompressedPack,
  decodePack,
  packedHead,
  PackSender,
} from "../../lib/native/packs.ts";
import { encodeFailure } from "../../lib/native/schemas.ts";
import type { SmallFile } from "../../lib/service/files.ts";
import { joined } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";
import { recordedExchange } from "./recorded_wire.ts";

const file = (path: string, bytes: Uint8Array<ArrayBuffer>): SmallFile =>
  smallFile({ path, bytes, mtimeMs: 5, executable: false, mode: 0o640 });

function pack(json: Uint8Array, ...contents: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined(uint32s(7, 0, json.length), json, ...contents);
}

function refuses(payload: Uint8Array): void {
  assertEquals(assertThrows(() => decodePack(payload), FtError).code, "protocol");
}

pure("decodePack returns the files and errors that PackSender sent", async () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.slice());
  const path = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, bytes, fc.boolean())), async (files) => {
      const { exchange, wire } = recordedExchange();
      const packs = new PackSender(exchange);
      const missing = new FtError("not_found", "not found");
      for (const [path, bytes, fails] of files) {
        if (fails) await packs.add({ path, error: encodeFailure(missing) }, new Uint8Array());
        else await packs.add(packedHead(file(path, bytes)), bytes);
      }
      await packs.flush();
      const results = wire.sent.flatMap(({ payload }) => decodePack(payload));
      assertEquals(
        results.map((result) =>
          "value" in result ? result.value : [result.path, `${result.error}`]
        ),
        files.map(([path, bytes, fails]) => fails ? [path, `${missing}`] : file(path, bytes)),
      );
    }),
    { numRuns: 40 },
  );
});

pure("PackSender fills frames up to their cap", async () => {
  const { exchange, wire } = recordedExchange();
  const packs = new PackSender(exchange);
  for (let n = 0; n < 9; n++) {
    const bytes = new Uint8Array(SMALL_FILE_BYTES);
    await packs.add(packedHead(file(`${n}`, bytes)), bytes);
  }
  for (let n = 0; n < 400; n++) {
    const long = file(`${n}`.padEnd(900, "ä"), new Uint8Array());
    await packs.add(packedHead(long), long.bytes);
  }
  await packs.flush();
  assert(wire.sent.length > 4);
  for (const { payload } of wire.sent) {
    assert(payload.length <= FRAME_CAPS.PACK, `${payload.length}`);
  }
  assertEquals(wire.sent.flatMap(({ payload }) => decodePack(payload)).length, 409);
});

pure(
  "decodePack reports one damaged file as an error of that file (bit-flip-in-flight)",
  async () => {
    const { exchange, wire } = recordedExchange();
    const packs = new PackSender(exchange);
    for (const path of ["a", "b"]) {
      await packs.add(packedHead(file(path, new Uint8Array([1, 2]))), new Uint8Array([1, 2]));
    }
    await packs.flush();
    const { payload } = wire.sent[0]!;
    payload[payload.length - 1]! ^= 1;
    const [a, b] = decodePack(payload);
    assert(a !== undefined && "value" in a);
    assert(b !== undefined && "error" in b);
    const error = b.error as FtError;
    assertEquals([error.code, error.retryable, error.subject], ["integrity", true, "b"]);
  },
);

pure("PackSender compresses files that shrink, and sends others uncompressed", async () => {
  const text = new TextEncoder().encode("the same line again and again\n".repeat(1000));
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  for (const [bytes, type] of [[text, "ZPAK"], [noise, "PACK"]] as const) {
    const { exchange, wire } = recordedExchange();
    const packs = new PackSender(exchange, true);
    for (const path of ["a", "b", "c"]) await packs.add(packedHead(file(path, bytes)), bytes);
    await packs.flush();
    assertEquals(wire.sent.map((frame) => frame.type), [type]);
    const { payload } = wire.sent[0]!;
    const decode = type === "ZPAK" ? decodeCompressedPack : decodePack;
    assertEquals(decode(payload).map((result) => "value" in result && result.value.bytes), [
      ...[bytes, bytes, bytes],
    ]);
    if (type === "ZPAK") assert(payload.length < bytes.length / 10);
  }
});

pure("decodeCompressedPack refuses a pack longer than announced (decompression-bomb)", () => {
  const bomb = zstdCompressSync(new Uint8Array(64 << 20));
  for (const raw of [0, 100, MAX_PACK_BYTES, MAX_PACK_BYTES + 1, 0xffff_ffff]) {
    const payload = joined(uint32s(7, raw), bomb);
    assertEquals(assertThrows(() => decodeCompressedPack(payload), FtError).code, "protocol");
  }
  assertThrows(() => decodeCompressedPack(new Uint8Array(7)), FtError);
});

pure("decodePack refuses incomplete packs, wrong lengths and garbage", () => {
  const head = packedHead(file("a", new Uint8Array(2)));
  const json = encodeJson([head]);
  assertEquals(decodePack(pack(json, new Uint8Array(2))).length, 1);
  refuses(new Uint8Array(11));
  refuses(pack(json, new Uint8Array(1)));
  refuses(pack(json, new Uint8Array(3)));
  refuses(pack(encodeJson([{ ...head, bytes: Number.MAX_SAFE_INTEGER }]), new Uint8Array(2)));
  refuses(pack(encodeJson([{ ...head, bytes: -1 }])));
  refuses(pack(encodeJson({})));
  refuses(joined(uint32s(7, 0, 0xffff_ffff), json));
  refuses(pack(new Uint8Array(MAX_CONTROL_BYTES + 1)));
  fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 60 }), (bytes) => {
    try {
      decodePack(bytes);
    } catch (error) {
      assertEquals((error as FtError).code, "protocol");
    }
  }));
});
