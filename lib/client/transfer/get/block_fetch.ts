/**
 * Blocks from a server into a part file, each verified before it is written; a damaged one is
 * fetched again, alone.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT, MAX_BLOCK_REPAIRS } from "../../../base/limits.ts";
import { Semaphore } from "../../../base/semaphore.ts";
import { isIntact } from "../../../blocks/block.ts";
import { blockCount, type DigestList, sameDigest } from "../../../blocks/manifest.ts";
import type { Block, BlockRange, FileInfo, Files } from "../../../service/files.ts";
import type { PartFile } from "./part_file.ts";
import { contentOptions, type Progress, type TransferContext } from "../transfer_context.ts";

/** What to fetch and where to put it. */
export interface FetchJob {
  readonly name: string;
  readonly part: PartFile;
  /** Takes the digests of the blocks that were written. */
  readonly digests: DigestList;
  /** What the blocks must hash to, where a manifest told. */
  readonly wanted?: DigestList;
  /** Block numbers, ascending; absent for all. */
  readonly missing?: readonly number[];
  /** The version the manifest was of. */
  readonly info?: FileInfo;
}

/**
 * Fetches blocks until all are written.
 *
 * @returns The file as the server has it.
 * @throws `integrity` naming the block that stayed damaged.
 */
export async function fetchBlocks(
  files: Files,
  job: FetchJob,
  parts: TransferContext,
  progress: Progress,
): Promise<FileInfo> {
  let info = job.info;
  let missing = job.missing;
  for (let repairs = 0;; repairs++) {
    const round = new FetchRound(job, parts, progress);
    info = await round.run(files, missing, info);
    if (round.damaged.length === 0) return info;
    missing = round.damaged.sort((a, b) => a - b);
    if (repairs === MAX_BLOCK_REPAIRS) throw damagedError(job.name, missing[0]!);
    const text = `block ${missing.join(", ")} of ${job.name} arrived damaged: fetching again`;
    parts.onEvent({ kind: "notice", text });
  }
}

function damagedError(name: string, index: number): FtError {
  const from = index * BLOCK_BYTES;
  const message = `block ${index} (from byte ${from}) of ${name} is damaged at its source`;
  return new FtError("integrity", message, { name });
}

/** One request and what became of its blocks. */
class FetchRound {
  /** Numbers of blocks that did not match their digest. */
  readonly damaged: number[] = [];
  readonly #job: FetchJob;
  readonly #parts: TransferContext;
  readonly #progress: Progress;
  readonly #slots = new Semaphore(BLOCKS_IN_FLIGHT);
  readonly #failed = new AbortController();

  constructor(job: FetchJob, parts: TransferContext, progress: Progress) {
    this.#job = job;
    this.#parts = parts;
    this.#progress = progress;
  }

  async run(
    files: Files,
    missing: readonly number[] | undefined,
    info: FileInfo | undefined,
  ): Promise<FileInfo> {
    const { name, part } = this.#job;
    await using reading = await files.read(name, missing && rangesOf(missing), {
      ...(info && { revision: info.revision }),
      ...contentOptions(this.#parts),
    });
    const { bytes, revision } = reading.info;
    if (info === undefined) part.begin({ name, bytes, revision });
    await this.#takeAll(reading.blocks);
    this.#requireWhole(reading.info, missing);
    return reading.info;
  }

  async #takeAll(blocks: AsyncIterable<Block>): Promise<void> {
    const writing = new Set<Promise<void>>();
    try {
      for await (const block of blocks) {
        const slot = await this.#slots.acquire(this.#failed.signal);
        const written = this.#take(block, slot)
          .catch((error) => this.#failed.abort(error))
          .finally(() => writing.delete(written));
        writing.add(written);
      }
    } finally {
      await Promise.all(writing);
    }
    this.#failed.signal.throwIfAborted();
  }

  async #take(block: Block, slot: Disposable): Promise<void> {
    using _slot = slot;
    using _block = block;
    const { index, digest } = block;
    const want = this.#job.wanted?.get(index);
    const moved = block.wireBytes ?? block.bytes.length;
    if (
      want !== undefined && !sameDigest(want, digest) || !await isIntact(this.#parts.hasher, block)
    ) {
      this.damaged.push(index);
      return this.#progress.add(0, moved);
    }
    await this.#job.part.writeAt(index * BLOCK_BYTES, block.bytes);
    this.#job.digests.set(index, digest);
    this.#progress.add(block.bytes.length, moved);
  }

  #requireWhole(info: FileInfo, missing: readonly number[] | undefined): void {
    if (missing !== undefined || this.damaged.length > 0) return;
    if (this.#job.digests.isWhole(blockCount(info.bytes))) return;
    throw new FtError("protocol", `blocks of ${info.path} are missing`);
  }
}

/** Runs of consecutive numbers as ranges. */
export function rangesOf(indexes: readonly number[]): BlockRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.end === index) last.end++;
    else ranges.push({ start: index, end: index + 1 });
  }
  return ranges;
}
