/**
 * A download whose client is killed at 90 %, and then run again.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { join } from "node:path";
import { compareFiles, filesBelow } from "../../testing/files/same_files.ts";
import { type Bench, emptyFolder, movedBytes, type Outcome, quietEnv, type Row } from "../bench.ts";
import { removeAll, runClient } from "../bench.ts";
import { BIG, bigFile } from "./get.ts";

const BLOCK_BYTES = 1024 * 1024;
const POLL_MS = 2;
const SLOW = ["--bwlimit", "8Mi"];

/** Returns the bytes that a folder's files occupy on disk, without holes. */
async function storedBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await filesBelow(folder)) {
    const info = await Deno.stat(join(folder, name)).catch(() => undefined);
    if (info?.isFile) bytes += (info.blocks ?? 0) * 512;
  }
  return bytes;
}

/** Starts a download and kills it when a share of it is on disk. */
async function killAt(bench: Bench, folder: string, share: number): Promise<void> {
  const child = new Deno.Command(bench.client.path, {
    // A tiny file would be complete before the kill.
    args: [...bench.client.args, "get", BIG, "-d", folder, ...bench.tiny ? SLOW : []],
    ...{ env: quietEnv(bench), stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  let running = true;
  child.status.then(() => running = false);
  while (running && await storedBytes(folder) < share * bench.bytes) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (running) child.kill("SIGKILL");
  const { signal } = await child.status;
  if (signal !== "SIGKILL") throw new Error("the download ended before it could be killed");
}

/** Returns the number of blocks that are missing or damaged on disk. */
async function missingBlocks(bench: Bench, folder: string): Promise<number> {
  using source = await Deno.open(join(bench.root, BIG));
  const parts = (await filesBelow(folder)).filter((name) => !name.endsWith("/"));
  let fewest = Math.ceil(bench.bytes / BLOCK_BYTES);
  for (const name of parts) {
    using part = await Deno.open(join(folder, name));
    await source.seek(0, Deno.SeekMode.Start);
    let missing = 0;
    for (let at = 0; at < bench.bytes; at += BLOCK_BYTES) {
      const [want, have] = [await readBlock(source), await readBlock(part)];
      if (Buffer.compare(want, have) !== 0) missing++;
    }
    fewest = Math.min(fewest, missing);
  }
  return fewest;
}

async function readBlock(file: Deno.FsFile): Promise<Uint8Array> {
  const block = new Uint8Array(BLOCK_BYTES);
  let length = 0;
  while (length < block.length) {
    const n = await file.read(block.subarray(length));
    if (n === null) break;
    length += n;
  }
  return block.subarray(0, length);
}

/** Only the missing blocks may be transferred, and one more. */
export const resume: Row = {
  name: "resume",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    const folder = join(bench.dir, "resume");
    let worst = -Infinity;
    for (let run = 0; run < bench.runs; run++) {
      await emptyFolder(folder);
      await killAt(bench, folder, 0.9);
      const missing = await missingBlocks(bench, folder);
      const moved = movedBytes(await runClient(bench, "get", BIG, "-d", folder, "--json"));
      await compareFiles(BIG, source, join(folder, BIG));
      const beyond = Math.ceil(moved / BLOCK_BYTES) - missing;
      bench.say(
        `  ${run + 1}/${bench.runs}: ${missing} blocks missing, ${beyond} moved beyond them`,
      );
      worst = Math.max(worst, beyond);
    }
    await removeAll(folder);
    return [{
      work: "resume after a kill at 90 %: moved beyond what was missing, most",
      ...{ ours: `${worst} blocks`, rival: "-", value: worst, bar: 1, unit: "blocks" },
    }];
  },
};
