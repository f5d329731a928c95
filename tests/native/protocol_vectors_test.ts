/**
 * Checks the codecs against the test vectors of docs/PROTOCOL.md, and the page against the code.
 */

import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { blockCount, blockDigest, RootHasher } from "../../lib/blocks/manifest.ts";
import { BlockAssembler } from "../../lib/native/block_stream.ts";
import {
  FRAME_CAPS,
  type FrameType,
  nativeCaps,
  windowCost,
} from "../../lib/native/frame_types.ts";
import {
  decodeBlockAck,
  decodeBlockHeader,
  decodeCredit,
  decodeDigestRun,
  decodeJson,
  decodeUpTo,
  encodeBlockAck,
  encodeBlockHeader,
  encodeDigestRun,
  encodeJson,
  exchangeId,
  uint32s,
} from "../../lib/native/messages.ts";
import { decodeCompressedPack, decodePack, PackSender } from "../../lib/native/packs.ts";
import { chatMessageSchema } from "../../lib/native/chat_schemas.ts";
import {
  commitSchema,
  failureSchema,
  fileInfoSchema,
  helloSchema,
  type PackedFile,
  requestSchema,
  stagedSchema,
} from "../../lib/native/schemas.ts";
import { decodeFrameHeader, encodeFrame, encodeFrameHeader } from "../../lib/wire/frame.ts";
import { ByteQueue } from "../../lib/wire/byte_queue.ts";
import { FrameDecoder } from "../../lib/wire/frame_decoder.ts";
import { recordedExchange } from "./recorded_wire.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const bytes = (hex: string) => Uint8Array.fromHex(hex) as Uint8Array<ArrayBuffer>;
const hex = (bytes: Uint8Array) => bytes.toHex();

async function vectors<T>(name: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(new URL(`protocol_vectors/${name}`, DOCS)));
}

// deno-lint-ignore no-explicit-any
type Value = any;
type Payload = Uint8Array<ArrayBuffer>;

/** Encodes and decodes a payload, as values of the vectors. */
interface Codec {
  encode(value: Value): Uint8Array[] | Promise<Uint8Array[]>;
  decode(payload: Payload): Value;
}

/** A codec for JSON without an exchange id. */
function json(schema: v.GenericSchema): Codec {
  return {
    encode: (value) => [encodeJson(value)],
    decode: (payload) => decodeJson(schema, payload, "JSON"),
  };
}

/** A codec for JSON after an exchange id. */
function exchanged(schema: v.GenericSchema): Codec {
  return {
    encode: ({ id, json }) => [uint32s(id), encodeJson(json)],
    decode: (payload) => ({
      id: exchangeId(payload),
      json: decodeJson(schema, payload.subarray(4), "JSON"),
    }),
  };
}

const idAlone: Codec = {
  encode: ({ id }) => [uint32s(id)],
  decode: (payload) => ({ id: exchangeId(payload) }),
};

const digestRun: Codec = {
  encode: ({ id, first, digests }) => [
    uint32s(id),
    encodeDigestRun({ first, digests: bytes(digests) }),
  ],
  decode: (payload) => {
    const { first, digests } = decodeDigestRun(payload);
    return { id: exchangeId(payload), first, digests: hex(digests) };
  },
};

const opaque: Codec = {
  encode: (value) => [bytes(value.bytes)],
  decode: (payload) => ({ bytes: hex(payload) }),
};

const pack: Codec = {
  async encode({ id, files, contents }) {
    const { exchange, wire } = recordedExchange(id);
    const sender = new PackSender(exchange);
    const all = bytes(contents);
    let at = 0;
    for (const head of files as PackedFile[]) {
      const length = "bytes" in head ? head.bytes : 0;
      await sender.add(head, all.subarray(at, at += length));
    }
    await sender.flush();
    return [wire.sent[0]!.payload];
  },
  decode: (payload) => decodePack(payload).map(({ path }) => path),
};

const CONTENT: Codec = {
  encode: ({ id, bytes: content }) => [uint32s(id), bytes(content)],
  decode: (payload) => ({ id: exchangeId(payload), bytes: hex(payload.subarray(4)) }),
};

const CODECS: Partial<Record<FrameType, Codec>> = {
  HELO: json(helloSchema),
  REQU: exchanged(requestSchema),
  RPLY: exchanged(fileInfoSchema),
  FAIL: exchanged(failureSchema),
  ITEM: exchanged(v.array(stagedSchema)),
  COMT: exchanged(commitSchema),
  MESG: json(chatMessageSchema),
  GBYE: json(failureSchema),
  STOP: idAlone,
  DROP: idAlone,
  DGST: digestRun,
  HELD: digestRun,
  KEEP: digestRun,
  PING: opaque,
  PONG: opaque,
  PACK: pack,
  UPTO: {
    encode: ({ id, block }) => [uint32s(id, block)],
    decode: (payload) => ({ id: exchangeId(payload), block: decodeUpTo(payload) }),
  },
  CRED: {
    encode: ({ id, bytes }) => [uint32s(id, bytes)],
    decode: (payload) => ({ id: exchangeId(payload), bytes: decodeCredit(payload) }),
  },
  ACKN: {
    encode: ({ id, ...ack }) => [uint32s(id), encodeBlockAck(ack)],
    decode: (payload) => ({ id: exchangeId(payload), ...decodeBlockAck(payload) }),
  },
  BLCK: {
    encode: ({ id, index, length, digest }) => [
      uint32s(id),
      encodeBlockHeader({ index, length, digest: bytes(digest) }),
    ],
    decode: (payload) => {
      const { index, length, digest } = decodeBlockHeader(payload, BLOCK_BYTES);
      return { id: exchangeId(payload), index, length, digest: hex(digest) };
    },
  },
  DATA: CONTENT,
  BULK: CONTENT,
};

/** Decodes bytes that contain exactly one frame. */
function frameIn(input: string): { type: string; payload: Payload } {
  const queue = new ByteQueue();
  queue.push(bytes(input));
  const frame = new FrameDecoder(nativeCaps).next(queue)!;
  assertEquals(queue.length, 0);
  return { type: frame.type, payload: frame.payload.slice() };
}

interface MessageVector {
  readonly type: FrameType;
  readonly name?: string;
  readonly value: Value;
  readonly hex: string;
}

Deno.test("frame headers match the vectors in both directions", async () => {
  const { headers, refused } = await vectors<{
    headers: { type: string; length: number; hex: string }[];
    refused: { why: string; hex: string }[];
  }>("frame_headers.json");
  const caps = (type: string) => type === "FILE" ? 5 : nativeCaps(type);
  for (const { type, length, hex: header } of headers) {
    assertEquals(hex(encodeFrameHeader(type, length)), header);
    assertEquals(decodeFrameHeader(bytes(header), caps), { type, length });
  }
  for (const { why, hex } of refused) {
    const error = assertThrows(() => decodeFrameHeader(bytes(hex), caps), FtError, "", why);
    assertEquals(error.code, "protocol", why);
  }
});

Deno.test("messages match the vectors in both directions", async () => {
  const seen = new Set<FrameType>();
  for (
    const { type, name = "", value, hex: frame } of await vectors<MessageVector[]>("messages.json")
  ) {
    const codec = CODECS[type]!;
    assertEquals(hex(encodeFrame(type, ...await codec.encode(value))), frame, `${type} ${name}`);
    const got = frameIn(frame);
    assertEquals(got.type, type);
    const expected = type === "PACK" ? value.files.map(({ path }: PackedFile) => path) : value;
    assertEquals(codec.decode(got.payload), expected, `${type} ${name}`);
    seen.add(type);
  }
  assertEquals(seen, new Set(Object.keys(CODECS)));
});

Deno.test("compressed data of the vectors decompresses to its content", async () => {
  for (const { type, value, hex: frame } of await vectors<MessageVector[]>("compressed.json")) {
    if (type === "ZPAK") {
      const files = decodeCompressedPack(frameIn(frame).payload);
      assertEquals(files.map((file) => "value" in file && hex(file.value.bytes)), value.contents);
      continue;
    }
    const { exchange } = recordedExchange(value.id);
    const content = bytes(value.bytes);
    const blocks: string[] = [];
    const assembler = new BlockAssembler(exchange, new BlockBuffers(), (block) => {
      blocks.push(hex(block.bytes));
    });
    exchange.handle(assembler.handlers);
    const header = { index: 0, length: content.length, digest: blockDigest(content) };
    const begin = encodeFrame("BLCK", uint32s(value.id), encodeBlockHeader(header));
    for (const { type, payload } of [frameIn(hex(begin)), frameIn(frame)]) {
      exchange.receive(type as FrameType, payload);
    }
    assertEquals(blocks, [value.bytes]);
  }
});

Deno.test("roots match the vectors: 0 bytes, 1 byte, one block ± 1", async () => {
  const { blockBytes, files } = await vectors<{
    blockBytes: number;
    files: { bytes: number; digests: string[]; root: string; sha256: string }[];
  }>("roots.json");
  assertEquals(blockBytes, BLOCK_BYTES);
  for (const { bytes: size, digests, root, sha256 } of files) {
    const content = new Uint8Array(size).map((_, i) => i % 251);
    assertEquals(hex(blockDigest(content)), sha256);
    const hasher = new RootHasher();
    const found = Array.from({ length: blockCount(size) }, (_, i) => {
      const digest = blockDigest(content.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
      hasher.add(digest);
      return hex(digest);
    });
    assertEquals([found, hasher.finish(size)], [digests, root], `${size} bytes`);
  }
});

/** Reads the page's tables of frames: type, cap, window. */
function frameRows(page: string): [string, number, boolean][] {
  const rows = page.matchAll(/^\| `([A-Z]{4})` +\|(.*)\|$/gm);
  return [...rows].map(([, type, rest]) => {
    const cells = rest!.split("|").map((cell) => cell.trim());
    return [type!, Number(cells[2]), cells[3] !== ""];
  });
}

Deno.test("PROTOCOL.md lists every frame type once, with its cap and whether it is windowed", async () => {
  const page = await Deno.readTextFile(new URL("PROTOCOL.md", DOCS));
  const known = Object.entries(FRAME_CAPS).map(([type, cap]): [string, number, boolean] => [
    type,
    cap,
    windowCost(type as FrameType, 1, new Uint8Array(4)) > 0,
  ]);
  assertEquals(frameRows(page).toSorted(), known.toSorted());
});

Deno.test("PROTOCOL.md lists every request", async () => {
  const page = await Deno.readTextFile(new URL("PROTOCOL.md", DOCS));
  const documented = [...page.matchAll(/^\| `([a-z]+[A-Za-z]*)` +\| `\{/gm)].map(([, op]) => op!);
  const known = requestSchema.options.map(({ entries }) => entries.op.literal as string);
  assertEquals(documented.toSorted(), known.toSorted());
});
