import { assertEquals } from "@std/assert";
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
    const part = (facts: object) => JSON.stringify({ etag: "e", bytes: 5, digests: {}, ...facts });
    const objects: Record<string, string | Uint8Array<ArrayBuffer>> = {
      "upload": `{"key": 1}`,
      "part-00001": part({ digests: { "0": HEX }, sum: HEX }),
      "part-00002": part({ bytes: 5 * 1024 * 1024 + 1 }),
      "part-00003": part({ bytes: -1 }),
      "part-00004": part({ digests: { "15": "zz" } }),
      "part-00005": part({ digests: { "__proto__x": HEX } }),
      "part-00006": "not JSON",
      "part-00007": new Uint8Array(70_000).fill(32),
      "part-00008": part({ sum: "1" }),
      "part-00000": part({}),
      "part-99999": part({}),
      "part-9": part({}),
      "piece-00009": new Uint8Array(5 * 1024 * 1024 + 1),
      "piece-1e9": "x",
      "other": "x",
    };
    for (const [name, body] of Object.entries(objects)) await bucket.put(`s/${name}`, body);
    const record = new StageRecord(bucket, "s/");
    const { upload, sent, pieces } = await record.load();
    const digests = new Map([[0, Uint8Array.fromHex(HEX)]]);
    assertEquals([upload, pieces.size], [null, 0]);
    assertEquals([...sent], [[1, { etag: "e", bytes: 5, digests, sum: HEX }]]);
    await record.clear();
    assertEquals(await keys("s/"), []);
  },
);
