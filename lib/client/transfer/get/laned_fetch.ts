/**
 * Fetches blocks over several lanes.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT, MIN_RUN_BLOCKS } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import { anySignal } from "../../../base/signals.ts";
import type { Block, BlockRange, ReadOptions } from "../../../service/files.ts";
import type { ExtraLane, Lane, LaneReading, Lanes } from "../../remote/lanes.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";
import { LaneCrew, type LaneWork } from "../lane_crew.ts";
import { type Run, SharedBlocks } from "./shared_blocks.ts";

function changedMeanwhile(name: string): FtError {
  return new FtError("conflict", `changed meanwhile: ${name}`, { name, retryable: true });
}

/** Blocks to fetch over lanes. */
export interface LanedJob {
  /** The name on the server. */
  readonly name: string;
  /** The options of each read; the revision makes all of them read the same version. */
  readonly options: ReadOptions;
  /** The number of blocks. */
  readonly count: number;
  /** Returns the number of the block at a place, ascending. */
  readonly blockAt: (place: number) => number;
  /** Returns the blocks of the places `[from, to)`. */
  readonly ranges: (from: number, to: number) => readonly BlockRange[];
  /**
   * Checks a block and writes it, unless it arrived already.
   *
   * @param arrived Notes that it is written, or damaged; returns whether that is the first time.
   */
  readonly take: (block: Block, arrived: () => boolean) => Promise<void>;
}

/** Fetches the blocks of one job. */
export class LanedFetch implements LaneWork {
  readonly #job: LanedJob;
  readonly #blocks: SharedBlocks;
  readonly #running = new Map<Lane, Run>();
  readonly #stopped = new AbortController();
  #crew: LaneCrew | undefined;
  /** The lane that brought the last block. */
  #last: Lane | undefined;
  /** Whether a read was left before its end. */
  #unchecked = false;

  constructor(job: LanedJob) {
    this.#job = job;
    this.#blocks = new SharedBlocks(job.count);
  }

  /**
   * Fetches all blocks.
   *
   * @param reading All of them over the first lane; the caller disposes it.
   * @throws The failure of the first lane, or one of another lane that is no loss of it.
   */
  async run(reading: LaneReading, lanes: Lanes, context: TransferContext): Promise<void> {
    const whole = (await this.#blocks.next(this.#stopped.signal))!;
    await using crew = new LaneCrew(lanes, this, context);
    this.#crew = crew;
    crew.failed.catch((error) => this.#stopped.abort(error));
    await this.#read(lanes.first, whole, reading);
    await this.#over(lanes.first, this.#stopped.signal);
    this.#stopped.signal.throwIfAborted();
    if (this.#unchecked) await this.#requireUnchanged(lanes.first);
  }

  /** A read that was left before its end did not report whether the file had changed. */
  async #requireUnchanged(first: Lane): Promise<void> {
    const { name, options: { revision, signal } } = this.#job;
    const stat = (lane: Lane) => lane.stat(name, { signal });
    const info = await stat(this.#last ?? first).catch(() => stat(first));
    if (info.revision !== revision) throw changedMeanwhile(name);
  }

  get leftBytes(): number {
    return this.#blocks.left * BLOCK_BYTES;
  }

  isBusy(lane: Lane): boolean {
    return this.#running.has(lane);
  }

  firstStalls(): void {
    const [run] = this.#running.values();
    if (run !== undefined) this.#blocks.giveUp(run);
  }

  async over(lane: ExtraLane, retired: AbortSignal): Promise<void> {
    const giveBack = () => {
      const run = this.#running.get(lane);
      // Some blocks are on their way already.
      if (run !== undefined) this.#blocks.giveUp(run, 2 * MIN_RUN_BLOCKS);
    };
    retired.addEventListener("abort", giveBack, { once: true });
    await this.#over(lane, retired);
  }

  async #over(lane: Lane, ended: AbortSignal): Promise<void> {
    const signal = anySignal(ended, this.#stopped.signal);
    for (let run; (run = await this.#blocks.next(signal)) !== undefined;) {
      const { name, options, ranges } = this.#job;
      const start = run.next;
      try {
        await using reading = await lane.read(name, ranges(start, run.end), options);
        await this.#read(lane, run, reading);
      } finally {
        this.#blocks.finish(run, start);
      }
    }
  }

  /** Takes the blocks of a run; those beyond its end were on their way when it was cut. */
  async #read(lane: Lane, run: Run, reading: LaneReading): Promise<void> {
    const { blockAt, take, count } = this.#job;
    run.onCut = () => reading.endBefore(blockAt(run.end));
    // It may have been cut while the read was requested.
    if (run.end < count) run.onCut();
    const start = run.next;
    const over = anySignal(this.#blocks.complete, this.#stopped.signal);
    const end = () => {
      if (run.next === run.end && !this.#stopped.signal.aborted) return;
      this.#unchecked = true;
      void reading[Symbol.asyncDispose]();
    };
    over.addEventListener("abort", end, { once: true });
    this.#running.set(lane, run);
    try {
      await forEachBounded(reading.blocks, BLOCKS_IN_FLIGHT, (block) => {
        const place = run.next++;
        const { length } = block.bytes;
        return take(block, () => this.#arrived(lane, place, length));
      });
    } catch (error) {
      if (!this.#unchecked) throw error;
    } finally {
      over.removeEventListener("abort", end);
      this.#running.delete(lane);
      this.#blocks.finish(run, start);
    }
  }

  #arrived(lane: Lane, place: number, bytes: number): boolean {
    this.#last = lane;

    const isFirst = this.#blocks.arrived(place);
    this.#crew?.moved(lane, bytes);
    return isFirst;
  }
}
