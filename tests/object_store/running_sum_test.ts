import { assertEquals } from "@std/assert";
import { contentDigest } from "../../lib/blocks/manifest.ts";
import { RunningSum } from "../../lib/object_store/running_sum.ts";
import { sampleBytes } from "../../testing/content.ts";

Deno.test("RunningSum is continued from its state", { permissions: "none" }, () => {
  const bytes = sampleBytes(64 * 1000 + 17);
  for (const at of [0, 64, 64 * 999, 64 * 1000]) {
    const first = new RunningSum().update(bytes.subarray(0, at));
    const sum = RunningSum.from(first.state!, at).update(bytes.subarray(at));
    assertEquals(sum.state, undefined, "it is of a part of a chunk");
    assertEquals(sum.digest().toHex(), contentDigest(bytes), `${at}`);
  }
});
