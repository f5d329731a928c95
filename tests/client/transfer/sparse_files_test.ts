/**
 * Sparse files: a copy has holes where its source has only zeros, if the file system can.
 */

import { assert, assertEquals } from "@std/assert";
import { fileSha256, sampleBytes } from "../../../testing/content.ts";
import { skipUnless } from "../../../testing/skip.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { assertDone, Copies } from "./copies.ts";

const MiB = 1 << 20;
const SIZE = 40 * MiB + 12_345;
/** Data of a sparse file, by offset. */
const DATA = { 0: 10_000, [7 * MiB - 3]: 70_000, [30 * MiB]: 3 * MiB };

/** Bytes that a file occupies. */
const occupied = (path: string) => (Deno.statSync(path).blocks ?? 0) * 512;

/** Writes a file with holes, in its middle and at its end. */
function writeSparse(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  for (const [offset, bytes] of Object.entries(DATA)) {
    file.seekSync(Number(offset), Deno.SeekMode.Start);
    file.writeSync(sampleBytes(bytes));
  }
  file.truncateSync(SIZE);
}

async function keepsHoles(): Promise<boolean> {
  await using dir = await tempDir();
  writeSparse(dir.join("sparse"));
  return occupied(dir.join("sparse")) < SIZE / 2;
}
const NEEDS_HOLES = skipUnless(await keepsHoles(), "the file system has no holes");

/** Asserts that a copy has the content of its source, and occupies little more. */
async function assertSparse(copy: string, source: string): Promise<void> {
  assertEquals(await fileSha256(copy), await fileSha256(source));
  assert(occupied(copy) <= occupied(source) + 512 * 1024, `${copy} occupies ${occupied(copy)}`);
}

Deno.test("get and put keep the holes of a file", NEEDS_HOLES, async () => {
  await using copies = await Copies.start();
  writeSparse(copies.at("f"));
  assertDone(await copies.put(["f"]), 1);
  await assertSparse(copies.served("f"), copies.at("f"));
  for (const compress of [false, true]) {
    const output = copies.at(`back_${compress}`);
    assertDone(await copies.get(["f"], { output, compress }), 1);
    await assertSparse(output, copies.at("f"));
  }
});

Deno.test("a file of zeros alone is one hole", NEEDS_HOLES, async () => {
  await using copies = await Copies.start();
  using zeros = Deno.openSync(copies.at("f"), { write: true, create: true });
  zeros.truncateSync(SIZE);
  assertDone(await copies.put(["f"]), 1);
  assertDone(await copies.get(["f"], { output: copies.at("g") }), 1);
  for (const copy of [copies.served("f"), copies.at("g")]) await assertSparse(copy, copies.at("f"));
});

Deno.test(
  "resumed and replaced copies keep holes, and no old content shows in them",
  NEEDS_HOLES,
  async () => {
    await using copies = await Copies.start();
    writeSparse(copies.at("f"));
    writeSparse(copies.served("f"));
    for (const direction of ["put", "get"] as const) {
      const [from, to] = direction === "put"
        ? [copies.at("f"), copies.served("f")]
        : [copies.served("f"), copies.at("f")];
      await Deno.writeFile(to, sampleBytes(SIZE, 5));
      assertDone(await copies[direction](["f"], { existing: "overwrite" }), 1);
      await assertSparse(to, from);
    }
  },
);

Deno.test("legacy dialects keep holes where whole pieces are zeros", NEEDS_HOLES, async () => {
  await using copies = await Copies.start();
  writeSparse(copies.served("f"));
  for (const dialect of ["line", "framed", "oneshot", "updown"]) {
    const output = copies.at(dialect);
    assertDone(await copies.get(["f"], { dialect, output, recursive: false }), 1);
    await assertSparse(output, copies.served("f"));
  }
});
