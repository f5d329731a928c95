import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as v from "valibot";
import { EXIT_CODES, FtError } from "../../lib/base/errors.ts";
import { MAX_CONTROL_BYTES, MAX_PATH_BYTES } from "../../lib/base/limits.ts";
import { FRAME_CAPS, isFrameType, nativeCaps, windowCost } from "../../lib/native/frame_types.ts";
import { decodeItems, ItemSender } from "../../lib/native/items.ts";
import {
  decodeBlockAck,
  decodeBlockHeader,
  decodeCredit,
  decodeDigestRun,
  decodeJson,
  encodeBlockAck,
  encodeBlockHeader,
  encodeDigestRun,
  encodeJson,
  exchangeId,
  uint32s,
} from "../../lib/native/messages.ts";
import {
  commitSchema,
  decodeFailure,
  encodeFailure,
  failureSchema,
  fileInfoSchema,
  requestSchema,
} from "../../lib/native/schemas.ts";
import { isOptionalType } from "../../lib/wire/frame.ts";
import { joined } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";
import { recordedExchange } from "./recorded_wire.ts";

const ID = uint32s(7);
const u32 = fc.nat({ max: 0xffff_ffff });

function refuses(act: () => unknown): void {
  assertEquals(assertThrows(act, FtError).code, "protocol");
}

pure("message codecs decode what they encoded", () => {
  fc.assert(fc.property(u32, u32, fc.boolean(), (index, number, ok) => {
    assertEquals(decodeBlockAck(joined(ID, encodeBlockAck({ index, ok }))), { index, ok });
    const credit = Math.max(number, 1);
    assertEquals(decodeCredit(joined(ID, uint32s(credit))), credit);
    assertEquals(exchangeId(uint32s(index, number)), index);
    const digest = new Uint8Array(32).fill(index);
    const header = { index, length: Math.max(number, 1), digest };
    assertEquals(decodeBlockHeader(joined(ID, encodeBlockHeader(header)), 0xffff_ffff), header);
    const run = { first: index, digests: joined(digest, digest) };
    assertEquals(decodeDigestRun(joined(ID, encodeDigestRun(run))), run);
  }));
});

pure("message codecs refuse every wrong size", () => {
  const digest = new Uint8Array(32);
  const whole: [(payload: Uint8Array) => unknown, Uint8Array][] = [
    [decodeBlockAck, joined(ID, encodeBlockAck({ index: 1, ok: true }))],
    [decodeCredit, joined(ID, uint32s(1))],
    [
      (p) => decodeBlockHeader(p, 9),
      joined(ID, encodeBlockHeader({ index: 0, length: 9, digest })),
    ],
    [decodeDigestRun, joined(ID, encodeDigestRun({ first: 0, digests: digest }))],
  ];
  for (const [decode, payload] of whole) {
    decode(payload);
    for (let size = 0; size < payload.length; size++) {
      refuses(() => decode(payload.subarray(0, size)));
    }
    refuses(() => decode(joined(payload, new Uint8Array(1))));
  }
  refuses(() => decodeBlockAck(joined(ID, uint32s(1), new Uint8Array([2]))));
  refuses(() => decodeCredit(joined(ID, uint32s(0))));
  refuses(() => exchangeId(new Uint8Array(3)));
});

pure("decodeJson refuses invalid JSON and values of another shape", () => {
  const schema = v.object({ n: v.number() });
  assertEquals(decodeJson(schema, encodeJson({ n: 1, more: 2 }), "X"), { n: 1 });
  for (const bad of ["", "{", "[]", "null", '{"n":"1"}', "{}"]) {
    refuses(() => decodeJson(schema, new TextEncoder().encode(bad), "X"));
  }
  refuses(() => decodeJson(schema, new Uint8Array([0xc3, 0x28]), "X"));
  const deep = new TextEncoder().encode("[".repeat(MAX_CONTROL_BYTES));
  refuses(() => decodeJson(schema, deep, "X"));
});

pure("frame types with a capital are required, others are skipped up to a cap", () => {
  for (const type of Object.keys(FRAME_CAPS)) {
    assert(isFrameType(type) && !isOptionalType(type), type);
    assertEquals(nativeCaps(type), FRAME_CAPS[type as keyof typeof FRAME_CAPS]);
  }
  assertEquals([nativeCaps("hint"), nativeCaps("Hint"), nativeCaps("toString")], [
    MAX_CONTROL_BYTES,
    undefined,
    MAX_CONTROL_BYTES,
  ]);
  assertEquals(isFrameType("toString"), false);
  // A flipped bit makes a required type an optional one.
  assertEquals([nativeCaps("rPLY"), nativeCaps("rply")], [undefined, undefined]);
});

pure("windowCost counts the bytes a receiver must buffer", () => {
  assertEquals(windowCost("DATA", 100, ID), 100);
  assertEquals(windowCost("BLCK", 44, ID), 44);
  assertEquals(windowCost("ZDAT", 30, uint32s(262_144)), 8 + 262_144);
  assertEquals(windowCost("ZDAT", 5, new Uint8Array(1)), 8);
  assertEquals(windowCost("RPLY", 100, ID), 0);
});

pure("failures keep code, message, subject and retry; an unknown code becomes internal", () => {
  for (const code of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
    const error = new FtError(code, "m", { name: "n", retryable: true, retryAfterMs: 0.5 });
    const sent = decodeJson(failureSchema, encodeJson(encodeFailure(error)), "FAIL");
    const { message, subject, retryable, retryAfterMs } = decodeFailure(sent);
    assertEquals([message, subject, retryable, retryAfterMs], ["m", "n", true, 1]);
    assertEquals(decodeFailure(sent).code, code);
  }
  const final = new FtError("network", "m", { retryable: false });
  assertEquals(decodeFailure(encodeFailure(final)).retryable, false);
  const odd = decodeFailure({ code: "toString", message: "m", retryable: false });
  assertEquals([odd.code, odd.retryable], ["internal", false]);
  const long = new FtError("internal", "x".repeat(100_000), { name: "y".repeat(100_000) });
  assert(encodeJson(encodeFailure(long)).length < MAX_CONTROL_BYTES);
});

pure("schemas refuse values out of range", () => {
  const root = "ab".repeat(32);
  const info = { path: "a", type: "file", bytes: 1, mtimeMs: 0, executable: false, revision: "r" };
  const stage = { op: "stage", path: "a", precondition: { kind: "any" }, executable: false };
  const cases: [v.GenericSchema, object, object[]][] = [
    [commitSchema, { bytes: 1, root }, [
      ...[{ root: root.slice(1) }, { root: root.toUpperCase() }, { root: `${root}0` }],
      ...[{ bytes: -1 }, { bytes: 0.5 }, { bytes: 2 ** 53 }],
    ]],
    [fileInfoSchema, { ...info, root }, [
      ...[{ root: "x" }, { type: "link" }, { path: "a".repeat(MAX_PATH_BYTES + 1) }],
      ...[{ mtimeMs: 9e15 }, { mtimeMs: -9e15 }, { revision: "r".repeat(257) }],
    ]],
    [requestSchema, { ...stage, token: "abcd_-12" }, [
      ...[{ token: "short" }, { token: "a".repeat(65) }, { token: "a/b/c/d/e" }, { op: "steal" }],
      ...[{ precondition: { kind: "root", root: "x" } }, { path: undefined }],
    ]],
  ];
  for (const [schema, valid, changes] of cases) {
    decodeJson(schema, encodeJson(valid), "X");
    for (const change of changes) {
      refuses(() => decodeJson(schema, encodeJson({ ...valid, ...change }), "X"));
    }
  }
});

pure("ItemSender splits many values into frames within their cap", async () => {
  const { exchange, wire } = recordedExchange();
  const items = new ItemSender(exchange);
  const values = Array.from({ length: 3000 }, (_, i) => `${i} ` + "日".repeat(i % 90));
  await items.add(values);
  await items.flush();
  await items.flush();
  assert(wire.sent.length > 3 && wire.sent.length < 20, `${wire.sent.length} frames`);
  for (const { payload } of wire.sent) assert(payload.length <= FRAME_CAPS.ITEM);
  const received = wire.sent.flatMap(({ payload }) => decodeItems(v.string(), payload));
  assertEquals(received, values);
  refuses(() => decodeItems(v.string(), joined(ID, encodeJson([1]))));
});
