/**
 * Fetches blocks into a part file. Each block is verified before it is written; a damaged one is
 * fetched again, alone.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import {
  BLOCK_BYTES,
  BLOCKS_IN_FLIGHT,
  LANE_MIN_BYTES,
  MAX_BLOCK_REPAIRS,
} from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import { isIntact } from "../../../blocks/block.ts";
import { blockCount, type DigestList, sameDigest } from "../../../blocks/manifest.ts";
import type {
  Block,
  BlockRange,
  FileInfo,
  Files,
  Reading,
  ReadOptions,
} from "../../../service/files.ts";
import { contentOptions } from "../../remote/transfer_context.ts";
import type { LaneReading } from "../../remote/lanes.ts";
import type { BegunRequest, TransferRequest } from "../../remote/transfers.ts";
import { usableLanes } from "../lane_crew.ts";
import { LanedFetch, type LanedJob } from "./laned_fetch.ts";
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

/** Whether a reading can be ended, so that another lane reads the rest. */
function canEnd(reading: Reading): reading is LaneReading {
  return "endBefore" in reading;
}

/** Bytes to fetch, where that is known. */
function bytesOf({ missing, request }: FetchJob): number | undefined {
  return missing === undefined ? request.bytes : missing.length * BLOCK_BYTES;
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
    const { request: { name, context, opened }, part, info, missing } = this.#job;
    const bytes = snapshotBytes(this.#job.request);
    // A file that may grow has no revision that would keep several reads to one version.
    const lanes = bytes === undefined
      ? usableLanes(this.#job.request, bytesOf(this.#job))
      : undefined;
    const begun = missing === undefined ? await opened?.take(name) : undefined;
    const options: ReadOptions = {
      revision: bytes === undefined ? info?.revision : undefined,
      bytes,
      transfer: lanes && (begun && opened?.transfer || crypto.randomUUID()),
      ...contentOptions(context),
    };
    const from = lanes?.first ?? files;
    await using reading = begun ?? await from.read(name, missing && rangesOf(missing), options);
    const found = reading.info;
    requireSnapshot(found, bytes);
    if (info === undefined) part.begin({ name, bytes: found.bytes, revision: found.revision });
    const count = missing?.length ?? blockCount(found.bytes);
    if (lanes !== undefined && canEnd(reading) && count * BLOCK_BYTES >= LANE_MIN_BYTES) {
      const revised = { ...options, revision: found.revision };
      await this.#laned({ name, options: revised, count }).run(reading, lanes, context);
    } else {
      await forEachBounded(reading.blocks, BLOCKS_IN_FLIGHT, (block) => this.#write(block));
    }
    this.#requireWhole(found);
    return found;
  }

  #laned(job: Pick<LanedJob, "name" | "options" | "count">): LanedFetch {
    const { missing } = this.#job;
    return new LanedFetch({
      ...job,
      blockAt: (place) => missing?.[place] ?? place,
      ranges: (start, end) => missing ? rangesOf(missing.slice(start, end)) : [{ start, end }],
      take: (block, arrived) => this.#write(block, arrived),
    });
  }

  /** @param arrived Returns whether this is the first time that the block arrives. */
  async #write(block: Block, arrived: () => boolean = () => true): Promise<void> {
    using _block = block;
    const { request: { context, progress }, part, wanted, digests } = this.#job;
    const { index, digest } = block;
    const promised = wanted?.get(index);
    const moved = block.wireBytes ?? block.bytes.length;
    const promiseKept = promised === undefined || sameDigest(promised, digest);
    if (!promiseKept || !await isIntact(context.hasher, block)) {
      if (arrived()) this.damaged.push(index);
      return progress.add(0, moved);
    }
    const { length } = block.bytes;
    await part.writeAt(index * BLOCK_BYTES, block.bytes);
    const isFirst = arrived();
    if (isFirst) digests.set(index, digest);
    progress.add(isFirst ? length : 0, moved);
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
