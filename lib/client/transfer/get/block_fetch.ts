/**
 * Fetches blocks into a part file. Each block is verified before it is written; a damaged one is
 * fetched again, alone.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT, MAX_BLOCK_REPAIRS } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import { isIntact } from "../../../blocks/block.ts";
import { blockCount, type DigestList, sameDigest } from "../../../blocks/manifest.ts";
import type { Block, BlockRange, FileInfo, Files } from "../../../service/files.ts";
import { contentOptions } from "../../remote/transfer_context.ts";
import type { BegunRequest, TransferRequest } from "../../remote/transfers.ts";
import { requireSnapshot, snapshotBytes } from "./snapshot.ts";
import type { PartFile } from "./part_file.ts";

/** Blocks to fetch. */
export interface FetchJob {
  readonly request: TransferRequest & BegunRequest & {
    readonly name: string;
    readonly bytes?: number | undefined;
  };
  readonly part: PartFile;
  /** Receives the digests of the written blocks. */
  readonly digests: DigestList;
  /** The digests from the manifest, if there was one. */
  readonly wanted?: DigestList;
  /** Block numbers, ascending. @default all */
  readonly missing?: readonly number[];
  /** The version the manifest belongs to. */
  readonly info?: FileInfo;
}

/**
 * Fetches blocks until all are written.
 *
 * @returns The file as the server has it.
 * @throws `integrity` naming the block that stayed damaged.
 */
export async function fetchBlocks(files: Files, job: FetchJob): Promise<FileInfo> {
  const { name, context } = job.request;
  let { info, missing } = job;
  for (let repairs = 0;; repairs++) {
    const round = new FetchRound({ ...job, info, missing });
    info = await round.run(files);
    if (round.damaged.length === 0) return info;
    missing = round.damaged.sort((a, b) => a - b);
    if (repairs === MAX_BLOCK_REPAIRS) throw damagedError(name, missing[0]!);
    const text = `block ${missing.join(", ")} of ${name} arrived damaged: fetching again`;
    context.onEvent({ kind: "notice", text });
  }
}

function damagedError(name: string, index: number): FtError {
  const from = index * BLOCK_BYTES;
  const message = `block ${index} (from byte ${from}) of ${name} is damaged at its source`;
  return new FtError("integrity", message, { name });
}

/** One read request, and the verdicts on its blocks. */
class FetchRound {
  /** Numbers of blocks that did not match their digest. */
  readonly damaged: number[] = [];
  readonly #job: FetchJob;

  constructor(job: FetchJob) {
    this.#job = job;
  }

  async run(files: Files): Promise<FileInfo> {
    const { request: { name, context }, part, info, missing } = this.#job;
    const bytes = snapshotBytes(this.#job.request);
    const begun = missing === undefined ? await this.#job.request.opened?.take(name) : undefined;
    await using reading = begun ?? await files.read(name, missing && rangesOf(missing), {
      revision: bytes === undefined ? info?.revision : undefined,
      bytes,
      ...contentOptions(context),
    });
    const found = reading.info;
    requireSnapshot(found, bytes);
    if (info === undefined) part.begin({ name, bytes: found.bytes, revision: found.revision });
    await forEachBounded(reading.blocks, BLOCKS_IN_FLIGHT, (block) => this.#write(block));
    this.#requireWhole(found);
    return found;
  }

  async #write(block: Block): Promise<void> {
    using _block = block;
    const { request: { context, progress }, part, wanted, digests } = this.#job;
    const { index, digest } = block;
    const promised = wanted?.get(index);
    const moved = block.wireBytes ?? block.bytes.length;
    const promiseKept = promised === undefined || sameDigest(promised, digest);
    if (!promiseKept || !await isIntact(context.hasher, block)) {
      this.damaged.push(index);
      return progress.add(0, moved);
    }
    await part.writeAt(index * BLOCK_BYTES, block.bytes);
    digests.set(index, digest);
    progress.add(block.bytes.length, moved);
  }

  #requireWhole(info: FileInfo): void {
    if (this.#job.missing !== undefined || this.damaged.length > 0) return;
    if (this.#job.digests.isWhole(blockCount(info.bytes))) return;
    throw new FtError("protocol", `blocks of ${info.path} are missing`);
  }
}

/** Ranges of consecutive numbers. */
export function rangesOf(indexes: readonly number[]): BlockRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.end === index) last.end++;
    else ranges.push({ start: index, end: index + 1 });
  }
  return ranges;
}
