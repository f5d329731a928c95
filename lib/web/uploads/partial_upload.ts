/**
 * An upload that arrives in parts, as long as it is open.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import { FtError } from "../../base/errors.ts";
import { BLOCK_BYTES } from "../../base/limits.ts";
import { BlockBuffers } from "../../blocks/buffers.ts";
import type { RootHasher } from "../../blocks/manifest.ts";
import type { FileInfo, Files, NewBlock } from "../../service/files.ts";
import type { AnnouncedDigests } from "./block_digests.ts";
import { fillBlock, type Filled, type ReadPiece } from "./fill_block.ts";
import { type RestoredContent, restoredContent, staged } from "./restored_content.ts";
import { type LocalUpload, stageUpload } from "./stage_upload.ts";
import type { StoredContent, StoredUpload } from "./stored_upload.ts";
import type { UploadJournal } from "./upload_journal.ts";

/** Buffers of arriving blocks, shared by all uploads. */
const buffers = new BlockBuffers();

/** An open upload. Disposing it keeps what was saved. */
export class PartialUpload implements AsyncDisposable {
  readonly #journal: UploadJournal;
  readonly #stored: StoredUpload;
  readonly #upload: LocalUpload;
  readonly #root: RootHasher;
  /** The digest of the whole, if it is wanted and every byte has passed here. */
  readonly #sum: Hash | undefined;
  #content: StoredContent;
  /** Digests of the last whole blocks, which are not in the journal yet. */
  #unsaved: Uint8Array[] = [];
  #whole = false;

  private constructor(
    journal: UploadJournal,
    stored: StoredUpload,
    upload: LocalUpload,
    { content, root }: RestoredContent,
  ) {
    this.#journal = journal;
    this.#stored = stored;
    this.#upload = upload;
    this.#content = content;
    this.#root = root;
    const passes = stored.facts.sha256 !== undefined && this.offset === 0;
    this.#sum = passes ? createHash("sha256") : undefined;
  }

  /**
   * Opens an upload. What is staged is compared with the digests in the journal: what does not match
   * has to be sent again.
   *
   * @throws What `Files.stage` throws.
   */
  static async open(
    files: Files,
    journal: UploadJournal,
    stored: StoredUpload,
    signal: AbortSignal,
  ): Promise<PartialUpload> {
    await using stack = new AsyncDisposableStack();
    const upload = stack.use(await stageUpload(files, stored, signal));
    const restored = await restoredContent(upload, journal, stored, signal);
    stack.move();
    return new PartialUpload(journal, stored, upload, restored);
  }

  /** The number of bytes that have arrived. */
  get offset(): number {
    const { blocks, tailBytes } = this.#content;
    return this.#whole ? this.#stored.bytes! : blocks * BLOCK_BYTES + tailBytes;
  }

  /** Whether all bytes have arrived. */
  get complete(): boolean {
    return this.offset === this.#stored.bytes;
  }

  /**
   * Adds bytes, up to the end of the file.
   *
   * @param digests Those that the blocks must have.
   * @param saves Whether they count as soon as they are staged, not only when they are settled.
   * @returns The error of reading, if there was one. What arrived before is added.
   * @throws What staging throws, and `HttpError` for a block that has another digest.
   */
  async append(read: ReadPiece, digests: AnnouncedDigests, saves: boolean): Promise<unknown> {
    const summed = async (max: number) => {
      const piece = await read(max);
      if (piece !== null) this.#sum?.update(piece);
      return piece;
    };
    let at = this.offset;
    let adding: Promise<void> | undefined;
    let filled: Filled = { bytes: 0, end: false };
    while (!filled.end && at !== this.#stored.bytes) {
      const index = Math.floor(at / BLOCK_BYTES);
      const from = at % BLOCK_BYTES;
      const left = (this.#stored.bytes ?? Infinity) - index * BLOCK_BYTES;
      const view = buffers.take(Math.min(BLOCK_BYTES, left));
      if (from > 0) view.set(await this.#tail(index, from));
      filled = await fillBlock(view, from, summed);
      await adding;
      // The next block arrives while this one is written.
      const block = { index, bytes: view.subarray(0, filled.bytes), staged: from };
      adding = this.#add(block, digests, saves);
      adding.catch(() => {});
      at = index * BLOCK_BYTES + filled.bytes;
    }
    await adding;
    return filled.error;
  }

  /** The beginning of the next block, as it is staged. */
  async #tail(index: number, length: number): Promise<Uint8Array> {
    const { tailDigest } = this.#content;
    const bytes = tailDigest && await staged(this.#upload.staged, index, length, tailDigest);
    if (bytes) return bytes;
    const name = this.#stored.path;
    throw new FtError("integrity", `what is staged of ${name} is damaged`, { name });
  }

  async #add(block: NewBlock, digests: AnnouncedDigests, saves: boolean): Promise<void> {
    const { index, bytes: { length } } = block;
    if (length === block.staged) return;
    const digest = await this.#upload.add(block);
    buffers.give(block.bytes);
    const isLast = index * BLOCK_BYTES + length === this.#stored.bytes;
    if (isLast || length === BLOCK_BYTES) this.#check(index, digest, digests, saves);
    if (isLast) {
      // It counts only when the file has its name: a client that asks must not take it for done.
      this.#whole = true;
      this.#root.add(digest);
    } else if (length < BLOCK_BYTES) {
      this.#content = { blocks: index, tailBytes: length, tailDigest: digest };
    } else {
      this.#content = { blocks: index + 1, tailBytes: 0, tailDigest: null };
      this.#root.add(digest);
      this.#unsaved.push(digest);
      if (saves) this.#save(false);
    }
  }

  /** The part of the block that arrived before may be the wrong one. */
  #check(
    index: number,
    digest: Uint8Array<ArrayBuffer>,
    digests: AnnouncedDigests,
    saves: boolean,
  ): void {
    try {
      digests.check(index, digest);
    } catch (error) {
      this.#content = { blocks: index, tailBytes: 0, tailDigest: null };
      if (saves) this.#save(false);
      throw error;
    }
  }

  #save(durable: boolean): void {
    this.#journal.grow(this.#stored.id, this.#content, this.#unsaved, durable);
    this.#unsaved = [];
  }

  /** Makes what has arrived survive a power cut. */
  async settle(): Promise<void> {
    await this.#upload.staged.sync();
    this.#save(true);
  }

  /**
   * Makes the complete file visible.
   *
   * @param announced The root that it must have. @default any
   * @throws `integrity` if it is not the announced content, and what `Upload.commit` throws.
   */
  async commit(signal: AbortSignal, announced?: string): Promise<FileInfo> {
    const { id, facts } = this.#stored;
    const bytes = this.#stored.bytes!;
    const { tailDigest } = this.#content;
    if (!this.#whole && tailDigest !== null) this.#root.add(tailDigest);
    const root = this.#root.finish(bytes);
    const wrong = [facts.root, announced].some((want) => want !== undefined && want !== root) ||
      (facts.sha256 !== undefined && facts.sha256 !== await this.#digest(signal));
    if (wrong) {
      const name = this.#stored.path;
      throw new FtError("integrity", `${name} is not the announced content`, { name });
    }
    this.#journal.setState(id, "committing", root);
    const info = await this.#upload.commit({ bytes, root }, { signal });
    this.#journal.setState(id, "done", root);
    return info;
  }

  /** The SHA-256 of the whole, in hex. */
  async #digest(signal: AbortSignal): Promise<string> {
    if (this.#sum !== undefined) return this.#sum.digest("hex");
    const summed = await this.#upload.staged.sha256?.();
    if (summed !== undefined) return summed;
    const sum = createHash("sha256");
    const block = buffers.take();
    for (let at = 0; at < this.#stored.bytes!; at += BLOCK_BYTES) {
      signal.throwIfAborted();
      const view = block.subarray(0, this.#stored.bytes! - at);
      // Zeros at the end of the file are not written.
      sum.update(view.fill(0, await this.#upload.staged.readAt(at, view)));
    }
    buffers.give(block);
    return sum.digest("hex");
  }

  /** Discards what is staged. */
  async abandon(): Promise<void> {
    await this.#upload.abandon();
    await this[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#upload[Symbol.asyncDispose]());
  }
}
