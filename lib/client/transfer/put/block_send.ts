/**
 * Blocks to a server: what it holds is kept, the rest is sent, each block acknowledged; a damaged
 * one is sent again, alone.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT, MAX_BLOCK_REPAIRS } from "../../../base/limits.ts";
import { Semaphore } from "../../../base/semaphore.ts";
import type { OwnedBlock } from "../../../blocks/block.ts";
import { blockLength, DigestList, sameDigest } from "../../../blocks/manifest.ts";
import type { Upload } from "../../../service/files.ts";
import type { Progress, TransferContext } from "../transfer_context.ts";

/** Which file goes where. */
export interface UploadJob {
  /** The local path. */
  readonly source: string;
  /** The name on the server. */
  readonly name: string;
  /** Names the upload across connections. */
  readonly token: string;
}

/** Sends what the server does not hold; several blocks wait for their acknowledgement at once. */
export class BlockSender {
  readonly #upload: Upload;
  readonly #job: UploadJob;
  readonly #parts: TransferContext;
  readonly #progress: Progress;
  readonly #slots = new Semaphore(BLOCKS_IN_FLIGHT);
  readonly #failed = new AbortController();
  readonly #held = new Map<number, Uint8Array[]>();
  readonly #digests = new DigestList();
  readonly #bytes: number;

  /** @param bytes The file's size, where it is known. */
  constructor(
    upload: Upload,
    job: UploadJob,
    parts: TransferContext,
    progress: Progress,
    bytes = 0,
  ) {
    this.#bytes = bytes;
    this.#upload = upload;
    this.#job = job;
    this.#parts = parts;
    this.#progress = progress;
  }

  /**
   * Uses held blocks whose digests are known, without reading them again.
   *
   * @returns Their numbers.
   */
  async keepHeld(known: DigestList): Promise<Set<number>> {
    const kept = new Set<number>();
    for await (const { index, digest } of this.#upload.have()) {
      this.#held.set(index, [...this.#held.get(index) ?? [], digest.slice()]);
    }
    for (const index of this.#held.keys()) {
      const digest = known.get(index);
      if (digest === undefined || !this.#isHeld(index, digest)) continue;
      await this.#upload.keep({ index, digest });
      this.#digests.set(index, digest);
      this.#progress.add(blockLength(this.#bytes, index), 0);
      kept.add(index);
    }
    return kept;
  }

  #isHeld(index: number, digest: Uint8Array): boolean {
    return this.#held.get(index)?.some((held) => sameDigest(held, digest)) ?? false;
  }

  /** Sends blocks. @returns The digests of all that were sent or kept. */
  async sendAll(blocks: AsyncIterable<OwnedBlock>): Promise<DigestList> {
    const sending = new Set<Promise<void>>();
    try {
      for await (const block of blocks) {
        this.#digests.set(block.index, block.digest);
        const slot = await this.#slots.acquire(this.#failed.signal);
        const sent = this.#deliver(block, slot)
          .catch((error) => this.#failed.abort(error))
          .finally(() => sending.delete(sent));
        sending.add(sent);
      }
    } finally {
      await Promise.all(sending);
    }
    this.#failed.signal.throwIfAborted();
    return this.#digests;
  }

  async #deliver(block: OwnedBlock, slot: Disposable): Promise<void> {
    using _slot = slot;
    using _block = block;
    const { index, digest } = block;
    const { length } = block.bytes;
    if (this.#isHeld(index, digest)) {
      await this.#upload.keep({ index, digest });
      return this.#progress.add(length, 0);
    }
    for (let repairs = 0;; repairs++) {
      try {
        await this.#upload.write(block, this.#parts.signal && { signal: this.#parts.signal });
        return this.#progress.add(length, length);
      } catch (error) {
        if (!hasCode(error, "integrity")) throw error;
        this.#progress.add(0, length);
        if (repairs === MAX_BLOCK_REPAIRS) throw this.#damaged(index, error);
        const text = `block ${index} of ${this.#job.name} arrived damaged: sending again`;
        this.#parts.onEvent({ kind: "notice", text });
      }
    }
  }

  #damaged(index: number, cause: unknown): FtError {
    const { name } = this.#job;
    const message = `block ${index} (from byte ${index * BLOCK_BYTES}) of ${name} stays damaged`;
    return new FtError("integrity", message, { name, cause });
  }
}
