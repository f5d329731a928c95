/**
 * Downloads that several reads make together, each over a connection of its own: they are logged and
 * counted as one transfer.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { MAX_LANED_READS } from "../base/limits.ts";
import { blockCount, blockLength, indexesOf } from "../blocks/manifest.ts";
import type { BlockRange } from "./files.ts";
import type { ReadTrack } from "./read_track.ts";
import type { TransferTrack } from "./transfer_track.ts";

/** A transfer to begin. */
export interface LanedRead {
  /** The name that the client gave it. */
  readonly id: string;
  /** Bytes of the file. */
  readonly bytes: number;
  /** The blocks that its first read asks for. @default all */
  readonly ranges: readonly BlockRange[] | undefined;
  /** Makes the track of a new transfer. */
  readonly track: () => TransferTrack;
  /** Returns the root of the file, if it is known. */
  readonly root: () => Promise<string | undefined>;
}

/** Blocks that were not sent yet. */
class MissingBlocks {
  readonly #bits: Uint8Array;
  #count = 0;

  constructor(ranges: readonly BlockRange[], blocks: number) {
    this.#bits = new Uint8Array(Math.ceil(blocks / 8));
    for (const index of indexesOf(ranges)) {
      this.#bits[index >> 3]! |= 1 << (index & 7);
      this.#count++;
    }
  }

  get none(): boolean {
    return this.#count === 0;
  }

  /** @returns Whether the block was missing. */
  delete(index: number): boolean {
    const bit = 1 << (index & 7);
    if ((this.#bits[index >> 3]! & bit) === 0) return false;
    this.#bits[index >> 3]! ^= bit;
    this.#count--;
    return true;
  }
}

/** A transfer that reads make together. */
interface Transfer {
  readonly track: TransferTrack;
  readonly missing: MissingBlocks;
  /** The number of its reads that run. */
  reads: number;
  /** Whether its end was reported. */
  ended: boolean;
}

/** The transfers of one login that several reads make. */
export class LanedReads {
  readonly #transfers = new Map<string, Transfer>();

  /**
   * Adds a read to its transfer; the first one begins it.
   *
   * @returns `undefined` if there are too many: then each read is a transfer of its own.
   */
  begin(read: LanedRead): ReadTrack | undefined {
    const transfer = this.#transfers.get(read.id) ?? this.#add(read);
    if (transfer === undefined) return undefined;
    transfer.reads++;
    let running = true;
    const leave = () => {
      if (running) transfer.reads--;
      const left = running;
      running = false;
      return left;
    };
    return {
      moved: (index) => {
        if (transfer.missing.delete(index)) transfer.track.moved(blockLength(read.bytes, index));
      },
      done: async () => {
        if (leave() && transfer.missing.none) await this.#done(read, transfer);
      },
      failed: (error) => {
        // The client may send another read for the blocks of a connection that was lost.
        if (!leave() || transfer.reads > 0 || hasCode(error, "network")) return;
        this.#failed(transfer, error);
      },
    };
  }

  #add({ id, bytes, ranges, track }: LanedRead): Transfer | undefined {
    if (this.#transfers.size === MAX_LANED_READS) this.#forgetEnded();
    if (this.#transfers.size === MAX_LANED_READS) return undefined;
    const blocks = blockCount(bytes);
    const missing = new MissingBlocks(ranges ?? [{ start: 0, end: blocks }], blocks);
    const transfer = { track: track(), missing, reads: 0, ended: false };
    this.#transfers.set(id, transfer);
    return transfer;
  }

  /** One that has ended is kept at first: the client may still ask for blocks that are on their way. */
  #forgetEnded(): void {
    for (const [id, { ended, reads }] of this.#transfers) {
      if (ended && reads === 0) this.#transfers.delete(id);
    }
  }

  async #done({ bytes, ranges, root }: LanedRead, transfer: Transfer): Promise<void> {
    if (transfer.ended) return;
    transfer.ended = true;
    transfer.track.done({ bytes, root: ranges === undefined ? await root() : undefined });
  }

  #failed(transfer: Transfer, error: unknown): void {
    transfer.ended = true;
    transfer.track.failed(error);
  }

  /** Ends the transfers that are left, because the client has disconnected. */
  disconnected(reason: unknown): void {
    for (const transfer of this.#transfers.values()) this.#failed(transfer, reason);
  }
}
