/**
 * The transferred content: random bytes, so that nothing can be compressed or skipped.
 *
 * @module
 */

import { randomFillSync } from "node:crypto";
import { join } from "node:path";

const CHUNK_BYTES = 16 * 1024 * 1024;
const FILES_PER_FOLDER = 100;
/** The size of each file in the tree of small files, in bytes. */
export const SMALL_BYTES = 4096;

/** Writes a file of random content. */
export async function writeRandomFile(path: string, bytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  await writeRandom(file, bytes);
}

/** Overwrites a range of a file with random bytes, which changes its time. */
export async function changeInPlace(path: string, at: number, bytes: number): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(at, Deno.SeekMode.Start);
  await writeRandom(file, bytes);
}

/** Writes a tree of files, a hundred in each folder. @param bytes The size of each. */
export async function writeTree(path: string, files: number, bytes = SMALL_BYTES): Promise<void> {
  const content = new Uint8Array(bytes);
  for (let i = 0; i < files; i++) {
    const folder = join(path, `d${String(Math.floor(i / FILES_PER_FOLDER)).padStart(4, "0")}`);
    if (i % FILES_PER_FOLDER === 0) await Deno.mkdir(folder, { recursive: true });
    await Deno.writeFile(
      join(folder, `f${String(i).padStart(6, "0")}.bin`),
      randomFillSync(content),
    );
  }
}

async function writeRandom(file: Deno.FsFile, bytes: number): Promise<void> {
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes));
  for (let left = bytes; left > 0;) {
    const part = randomFillSync(chunk.subarray(0, Math.min(left, chunk.length)));
    for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
    left -= part.length;
  }
}
