import { assertEquals } from "@std/assert";
import { OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { StageRecord } from "../../lib/object_store/stage_record.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeTool } from "../../testing/ceph/store_tool.ts";

const shared = sharedCeph();
const HEX = "0f".repeat(32);

Deno.test(
  "StageRecord.load leaves out what breaks a rule, and clear removes it",
  NEEDS_CEPH,
  async () => {
    const { bucket, keys } = storeTool(await shared.newUrl());
    const part = (facts: object = {}) => ({ etag: "e", bytes: 5, digests: {}, ...facts });
    const parts = (of: object, upload = "u") => JSON.stringify({ upload, parts: of });
    const upload = { key: "k", id: "u", mtimeMs: 0, mode: 0, version: "v" };
    const objects: Record<string, string | Uint8Array<ArrayBuffer>> = {
      "upload": JSON.stringify(upload),
      "parts-000001-00000000": parts({ 1: part(), 2: part(), 3: part(), 7: part() }),
      "parts-000002-ffffffff": parts({ 1: part({ digests: { "0": HEX }, sum: HEX }), 3: null }),
      "parts-000003-00000000": parts({ 4: part() }, "another upload"),
      "parts-000004-00000000": parts({ 5: part(), 6: part({ etag: "<" }) }),
      "parts-000005-00000000": parts({ 5: part({ bytes: -1 }) }),
      "parts-000006-00000000": parts({ 5: part({ digests: { "15": "zz" } }) }),
      "parts-000007-00000000": parts({ 5: part({ digests: { "__proto__x": HEX } }) }),
      "parts-000008-00000000": parts({ 5: part({ sum: "1" }) }),
      "parts-000009-00000000": parts({ 5: part({ bytes: OBJECT_PART_BYTES + 1 }), 99999: part() }),
      "parts-000010-00000000": parts({ 0: part() }),
      "parts-000011-00000000": "not JSON",
      "parts-000012-00000000": new Uint8Array(70_000).fill(32),
      "parts-13-00000000": parts({ 8: part() }),
      "part-00009": JSON.stringify(part()),
      "piece-00007": "a part that was sent later",
      "piece-00009": new Uint8Array(OBJECT_PART_BYTES + 1),
      "piece-1e9": "x",
      "other": "x",
    };
    for (const [name, body] of Object.entries(objects)) await bucket.put(`s/${name}`, body);
    const record = new StageRecord(bucket, "s/");
    const stored = await record.load();
    const digests = new Map([[0, Uint8Array.fromHex(HEX)]]);
    assertEquals([stored.upload, stored.pieces.size], [upload, 0]);
    assertEquals([...stored.sent], [
      [1, { etag: "e", bytes: 5, digests, sum: HEX }],
      [2, { etag: "e", bytes: 5, digests: new Map() }],
      [7, { etag: "e", bytes: 5, digests: new Map() }],
    ]);
    await record.clear();
    assertEquals(await keys("s/"), []);
  },
);
