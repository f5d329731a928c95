/**
 * Sends blocks to a server. The server keeps the blocks it has; the others are sent and acknowledged one
 * by one, and a damaged one is sent again, alone.
 *
 * @module
 */

import { FtError, hasCode, protocolError } from "../../../base/errors.ts";
import {
  BLOCK_BYTES,
  LANE_BLOCKS_IN_FLIGHT,
  LANE_MIN_BYTES,
  MAX_BLOCK_REPAIRS,
  MAX_BLOCKS_UNDER_WAY,
  MAX_HELD_BLOCKS,
  MAX_LANES,
} from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { OwnedBlock } from "../../../blocks/block.ts";
import { blockCount, blockLength, DigestList, sameDigest } from "../../../blocks/manifest.ts";
import type { Upload } from "../../../service/files.ts";
import type { Lanes } from "../../remote/lanes.ts";
import type { TransferRequest } from "../../remote/transfers.ts";
import { usableLanes } from "../lane_crew.ts";
import { SendLanes } from "./send_lanes.ts";

/** Versions of one block that a server may hold: staged, and in the file to be replaced. */
const HELD_PER_BLOCK = 2;

/** A file to send. */
export interface SendRequest extends TransferRequest {
  /** The name on the server. */
  readonly name: string;
  /** Size in bytes, where it is known. */
  readonly bytes?: number;
}

/** Sends the blocks a server does not have, several at once. */
export class BlockSender {
  readonly #upload: Upload;
  readonly #request: SendRequest;
  readonly #held = new Map<number, Uint8Array[]>();
  readonly #digests = new DigestList();
  /** Bytes that the server has. */
  #delivered = 0;
  /** The commit, if it was begun before all blocks were acknowledged. */
  #committing: Promise<unknown> | undefined;
  /** Whether a block arrived damaged after that. */
  #late = false;

  constructor(upload: Upload, request: SendRequest) {
    this.#upload = upload;
    this.#request = request;
  }

  /**
   * Keeps held blocks whose local digests are known, without reading them again.
   *
   * @returns Their numbers.
   */
  async keepHeld(known: DigestList): Promise<Set<number>> {
    const kept = new Set<number>();
    await this.#readHeld();
    for (const index of this.#held.keys()) {
      const digest = known.get(index);
      if (digest === undefined || !this.#isHeld(index, digest)) continue;
      await this.#upload.keep({ index, digest });
      this.#digests.set(index, digest);
      this.#done(blockLength(this.#request.bytes ?? 0, index), 0);
      kept.add(index);
    }
    return kept;
  }

  /** Reads the held blocks. The server is not trusted with their number. */
  async #readHeld(): Promise<void> {
    const { bytes } = this.#request;
    const blocks = bytes === undefined ? MAX_HELD_BLOCKS : blockCount(bytes);
    for await (const { index, digest } of this.#upload.have()) {
      if (index >= blocks) continue;
      const held = this.#held.get(index) ?? [];
      if (held.length === HELD_PER_BLOCK) throw protocolError("a block is held too many times");
      this.#held.set(index, [...held, digest.slice()]);
    }
  }

  #isHeld(index: number, digest: Uint8Array): boolean {
    return this.#held.get(index)?.some((held) => sameDigest(held, digest)) ?? false;
  }

  /**
   * Sends blocks, and commits them.
   *
   * @param ahead Whether the commit may be sent before all blocks are acknowledged, which saves a
   *   round trip.
   * @returns The result of the commit, or the digests of all blocks if one arrived damaged when it was
   *   too late to send it again.
   */
  async sendAndCommit<T>(
    blocks: AsyncIterable<OwnedBlock>,
    commit: (digests: DigestList) => Promise<T>,
    ahead: boolean,
  ): Promise<T | DigestList> {
    // The digests of blocks to keep follow the last block, so that the commit has to wait for them.
    const early = ahead && this.#held.size === 0;
    const onBegun = () => {
      this.#committing = commit(this.#digests);
      this.#committing.catch(() => {});
    };
    await this.sendAll(blocks, early ? onBegun : undefined);
    if (this.#committing === undefined) return await commit(this.#digests);
    try {
      return await this.#committing as T;
    } catch (error) {
      if (hasCode(error, "integrity") && this.#late) return this.#digests;
      throw error;
    }
  }

  /**
   * Sends blocks.
   *
   * @param onBegun Called once the last block is about to be sent, unless they go over several lanes.
   * @returns The digests of all blocks that were sent or kept.
   */
  async sendAll(blocks: AsyncIterable<OwnedBlock>, onBegun?: () => void): Promise<DigestList> {
    const deliver = (over: Pick<Upload, "write">) => (block: OwnedBlock) => {
      this.#digests.set(block.index, block.digest);
      return this.#deliver(block, over);
    };
    const lanes = usableLanes(this.#request, this.#leftBytes);
    if (lanes === undefined) {
      const ready = this.#whenReady(blocks, onBegun);
      await forEachBounded(ready, MAX_BLOCKS_UNDER_WAY, deliver(this.#upload));
    } else {
      await using sending = this.#over(lanes);
      const width = MAX_BLOCKS_UNDER_WAY + MAX_LANES * LANE_BLOCKS_IN_FLIGHT;
      await forEachBounded(sending.paced(blocks), width, deliver(sending));
    }
    return this.#digests;
  }

  /** Yields blocks when they can be sent, so that those that wait take no memory. */
  async *#whenReady(
    blocks: AsyncIterable<OwnedBlock>,
    onBegun?: () => void,
  ): AsyncGenerator<OwnedBlock> {
    const source = blocks[Symbol.asyncIterator]();
    const { signal } = this.#request.context;
    try {
      while (true) {
        await this.#upload.ready?.({ signal });
        const next = await source.next();
        if (next.done) return onBegun?.();
        yield next.value;
      }
    } finally {
      await source.return?.();
    }
  }

  #over(lanes: Lanes): SendLanes {
    const { name, context, bytes } = this.#request;
    // A stream may be short: it is known to be large only when much of it was sent.
    const isLarge = () => bytes !== undefined || this.#delivered >= LANE_MIN_BYTES;
    const leftBytes = () => isLarge() ? this.#leftBytes : 0;
    return new SendLanes({ upload: this.#upload, name, leftBytes, lanes, context });
  }

  get #leftBytes(): number {
    return (this.#request.bytes ?? Infinity) - this.#delivered;
  }

  #done(bytes: number, moved: number): void {
    this.#delivered += bytes;
    this.#request.progress.add(bytes, moved);
  }

  async #deliver(block: OwnedBlock, over: Pick<Upload, "write">): Promise<void> {
    using _block = block;
    const { name, context, progress } = this.#request;
    const { index, digest } = block;
    const { length } = block.bytes;
    if (this.#isHeld(index, digest)) {
      await this.#upload.keep({ index, digest });
      return this.#done(length, 0);
    }
    for (let repairs = 0;; repairs++) {
      try {
        const sent = await over.write(block, { signal: context.signal });
        return this.#done(length, sent);
      } catch (error) {
        if (!hasCode(error, "integrity")) throw error;
        progress.add(0, length);
        if (repairs === MAX_BLOCK_REPAIRS) throw this.#damaged(index, error);
        const text = `block ${index} of ${name} arrived damaged: sending again`;
        context.onEvent({ kind: "notice", text });
        if (this.#committing === undefined) continue;
        this.#late = true;
        return;
      }
    }
  }

  #damaged(index: number, cause: unknown): FtError {
    const { name } = this.#request;
    const message = `block ${index} (from byte ${index * BLOCK_BYTES}) of ${name} stays damaged`;
    return new FtError("integrity", message, { name, cause });
  }
}
