import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { BLOCK_BYTES, SMALL_FILE_BYTES } from "../../lib/base/limits.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { BatchResult, FileInfo, SmallFile } from "../../lib/service/files.ts";
import { blocksOf, content, digests, get, put, refuses, text, totalOf } from "./content.ts";
import { joined } from "../../testing/bytes.ts";
import { settledClock } from "../../testing/clock_ahead.ts";
import type { FilesRules } from "./files_rules.ts";

/** Sizes around a block boundary. */
const SIZES = [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1];

/** Results of a batch; for a failed file, its code. */
function outcomes(results: readonly BatchResult<SmallFile | FileInfo>[]): Record<string, string> {
  return Object.fromEntries(
    results.map((result) => [
      result.path,
      "value" in result ? "ok" : (result.error as Error & { code: string }).code,
    ]),
  );
}

/** Rules for reading. */
export const READING_RULES: FilesRules = {
  async "returns what was uploaded, for sizes around a block boundary"(open) {
    await using at = await open();
    for (const size of SIZES) {
      const bytes = content(size, size + 1);
      const path = `size-${size}`;
      const info = await put(at.files, path, bytes);
      assertEquals([info.path, info.type, info.bytes], [path, "file", size]);
      assertEquals(info.root, totalOf(bytes).root);
      assertEquals(await get(at.files, path), bytes);
      const { root = info.root } = await at.files.stat(path);
      assertEquals(root, info.root);
    }
  },
  async "returns the same manifest for a cached file and for one it has never read"(open) {
    const bytes = content(2 * BLOCK_BYTES + 7);
    await using at = await open({ content: { "seen": bytes, "empty": new Uint8Array() } });
    using _old = settledClock();
    await put(at.files, "known", bytes);
    const expected = joined(...blocksOf(bytes).map(({ digest }) => digest));
    assertEquals((await at.files.stat("seen")).root, undefined);
    for (const path of ["seen", "known", "seen"]) {
      assertEquals(await digests(at.files, path), expected, path);
    }
    assertEquals((await at.files.stat("seen")).root, totalOf(bytes).root);
    assertEquals((await digests(at.files, "empty")).length, 0);
  },
  async "reads a file as if it ended earlier, with the digests of that part"(open) {
    const bytes = content(2 * BLOCK_BYTES + 7);
    await using at = await open({ content: { "f": bytes } });
    const whole = bytes.length;
    for (const end of [0, 1, BLOCK_BYTES, BLOCK_BYTES + 5, whole - 1, whole, whole + 9]) {
      const part = bytes.subarray(0, end);
      await using manifest = await at.files.manifest("f", { bytes: end });
      assertEquals(manifest.info.bytes, part.length);
      const found = joined(...await Array.fromAsync(manifest.digests, (run) => run.slice()));
      assertEquals(found, joined(...blocksOf(part).map(({ digest }) => digest)), `${end}`);
      await using reading = await at.files.read("f", undefined, { bytes: end });
      const blocks: Uint8Array[] = [];
      for await (using block of reading.blocks) blocks.push(block.bytes.slice());
      assertEquals([reading.info.bytes, joined(...blocks)], [part.length, part.slice()]);
    }
    const beyond = [{ start: 2, end: 3 }];
    await refuses("usage", () => at.files.read("f", beyond, { bytes: BLOCK_BYTES }));
    assertEquals(await digests(at.files, "f"), joined(...blocksOf(bytes).map((b) => b.digest)));
    assertEquals(await get(at.files, "f"), bytes);
  },
  async "stops a manifest and a read that are not consumed to the end"(open) {
    await using at = await open({ content: { "big": content(4 * BLOCK_BYTES) } });
    for (let round = 0; round < 3; round++) {
      await using manifest = await at.files.manifest("big");
      assertEquals(manifest.info.bytes, 4 * BLOCK_BYTES);
      await using reading = await at.files.read("big");
      for await (using _block of reading.blocks) break;
    }
    assertEquals((await get(at.files, "big")).length, 4 * BLOCK_BYTES);
  },
  async "reads ranges of blocks, and refuses those outside the file (range-underflow-and-overflow)"(
    open,
  ) {
    const bytes = content(3 * BLOCK_BYTES + 1);
    await using at = await open({ content: { "f": bytes } });
    await using reading = await at.files.read("f", [{ start: 1, end: 2 }, { start: 3, end: 4 }]);
    const indexes: number[] = [];
    for await (using block of reading.blocks) {
      indexes.push(block.index);
      assertEquals(block.bytes, blocksOf(bytes)[block.index]!.bytes);
    }
    assertEquals(indexes, [1, 3]);
    const bad = [[4, 5], [2, 1], [0, 5], [0, Number.MAX_SAFE_INTEGER]];
    for (const [start, end] of bad) {
      await refuses("usage", () => at.files.read("f", [{ start: start!, end: end! }]));
    }
    const backwards = [{ start: 2, end: 3 }, { start: 0, end: 1 }];
    await refuses("usage", () => at.files.read("f", backwards));
    await using none = await at.files.read("f", []);
    assertEquals(await Array.fromAsync(none.blocks), []);
  },
  async "reads the requested revision, or reports that there is another"(open) {
    await using at = await open();
    const { revision } = await put(at.files, "f", text("old"));
    await using same = await at.files.read("f", undefined, { revision });
    for await (using block of same.blocks) assertEquals(block.bytes, text("old"));
    await put(at.files, "f", text("new"), { precondition: { kind: "any" } });
    assertNotEquals((await at.files.stat("f")).revision, revision);
    const error = await refuses("conflict", () => at.files.read("f", undefined, { revision }));
    assertEquals(error.retryable, true);
  },
  async "gives a reader one complete version or an error (reader-during-overwrite-sees-one-version)"(
    open,
  ) {
    const old = content(6 * BLOCK_BYTES, 1);
    const parts: Uint8Array[] = [];
    await using at = await open({ content: { "f": old } });
    await using reading = await at.files.read("f");
    for await (using block of reading.blocks) {
      if (parts.length === 0) {
        await put(at.stranger, "f", content(6 * BLOCK_BYTES, 2), { precondition: { kind: "any" } });
      }
      parts.push(block.bytes.slice());
    }
    assertEquals(joined(...parts), old);
    assertEquals(await get(at.files, "f"), content(6 * BLOCK_BYTES, 2));
  },
  async "returns digests of whole files"(open) {
    const bytes = content(BLOCK_BYTES + 9);
    await using at = await open({ content: { "f": bytes, "empty": new Uint8Array() } });
    for (const algorithm of ["sha256", "md5"] as const) {
      const expected = createHash(algorithm).update(bytes).digest("hex");
      assertEquals(await at.files.sum("f", algorithm), expected);
      assertEquals(await at.files.sum("f", algorithm), expected);
    }
    const none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assertEquals(await at.files.sum("empty", "sha256"), none);
    assertEquals(await at.files.sum("empty", "md5"), "d41d8cd98f00b204e9800998ecf8427e");
  },
  async "reads a batch of small files, each complete or with an error"(open) {
    const big = new Uint8Array(SMALL_FILE_BYTES + 1);
    const edge = content(SMALL_FILE_BYTES);
    await using at = await open({
      content: { "a": text("a"), "edge": edge, "empty": new Uint8Array(), "big": big, "d/f": edge },
    });
    const asked = ["a", "empty", "edge", "nope", "d", "big", "../x", "a"];
    const results = await Array.fromAsync(at.files.readMany(asked));
    const by = new Map(results.map((result) => [result.path, result]));
    for (const [path, bytes] of [["a", text("a")], ["empty", text("")], ["edge", edge]] as const) {
      const result = by.get(path)!;
      assert("value" in result, path);
      assertEquals(new Uint8Array(result.value.bytes), bytes);
    }
    assertEquals(outcomes(results), {
      "a": "ok",
      "empty": "ok",
      "edge": "ok",
      "nope": "not_found",
      "d": "usage",
      "big": "conflict",
      "../x": "not_allowed",
    });
    assertEquals(await Array.fromAsync(at.files.readMany([])), []);
  },
  async "writes a batch of small files, each atomically and with its own result"(open) {
    await using at = await open({ content: { "taken": text("old"), "dir/f": text("f") } });
    const file = (path: string, bytes = text(path)): SmallFile =>
      smallFile({ path, bytes, mtimeMs: 1_700_000_000_000, executable: path === "run" });
    const big = new Uint8Array(SMALL_FILE_BYTES + 1);
    const batch = ["a", "run", "deep/er", "taken", "dir", "../x"].map((path) => file(path));
    const results = await at.files.writeMany([...batch, file("big", big), file("zero", text(""))]);
    assertEquals(outcomes(results), {
      "a": "ok",
      "run": "ok",
      "deep/er": "ok",
      "zero": "ok",
      "taken": "conflict",
      "dir": "conflict",
      "../x": "not_allowed",
      "big": "limit",
    });
    assertEquals(await get(at.files, "taken"), text("old"));
    assertEquals(await get(at.files, "deep/er"), text("deep/er"));
    const { mtimeMs, executable } = await at.files.stat("run");
    assertEquals([mtimeMs, executable], [1_700_000_000_000, true]);
    const any = { precondition: { kind: "any" } } as const;
    assertEquals(outcomes(await at.files.writeMany([file("taken")], any)), { "taken": "ok" });
    assertEquals(await get(at.files, "taken"), text("taken"));
    const root = { kind: "root", root: totalOf(text("taken")).root } as const;
    await refuses("usage", () => at.files.writeMany([file("taken")], { precondition: root }));
    assertEquals(await at.files.writeMany([]), []);
  },
};
