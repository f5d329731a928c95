/**
 * A staged file whose bytes are counted.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import type {
  BlockToCopy,
  HeldBlocks,
  PublishOptions,
  StagedFile,
  StoredFile,
  StoreEntry,
} from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { WrittenBlocks } from "./written_blocks.ts";

/** The account of a staged file. */
export interface StageAccount {
  /** Counts a new size. @throws `limit` if there is no room for it. */
  grow(bytes: number): Promise<void>;
  /** Called when it was published or discarded. */
  end(): void;
  /** Called once, when this object is closed. */
  close(): Promise<void>;
}

/**
 * See {@linkcode StagedFile}. No write reaches into a further block. An empty file is not kept when it is
 * closed.
 */
export class CountedStage implements StagedFile {
  /** The blocks that this and earlier connections wrote. */
  readonly written: WrittenBlocks;
  readonly #staged: StagedFile;
  readonly #account: StageAccount;
  #state: "open" | "ended" | "closed" = "open";

  constructor(staged: StagedFile, account: StageAccount, written: WrittenBlocks) {
    this.#staged = staged;
    this.written = written;
    this.#account = account;
  }

  get token(): string {
    return this.#staged.token;
  }

  get bytes(): number {
    return this.#staged.bytes;
  }

  get held(): HeldBlocks | undefined {
    return this.#staged.held;
  }

  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#staged.readAt(offset, into);
  }

  async writeAt(offset: number, bytes: Uint8Array, digest?: Uint8Array): Promise<void> {
    await this.#account.grow(offset + bytes.length);
    this.written.add(Math.floor(offset / BLOCK_BYTES));
    await this.#staged.writeAt(offset, bytes, digest);
  }

  async copyBlock(base: StoredFile, block: BlockToCopy): Promise<boolean> {
    if (this.#staged.copyBlock === undefined) return false;
    await this.#account.grow(block.index * BLOCK_BYTES + block.bytes);
    return await this.#staged.copyBlock(base, block);
  }

  get sha256(): (() => Promise<string>) | undefined {
    return this.#staged.sha256?.bind(this.#staged);
  }

  truncate(bytes: number): void {
    this.#staged.truncate(bytes);
  }

  sync(): Promise<void> {
    return this.#staged.sync();
  }

  async publish(path: StorePath, options: PublishOptions): Promise<StoreEntry> {
    const entry = await this.#staged.publish(path, options);
    this.#end();
    return entry;
  }

  async discard(): Promise<void> {
    await this.#staged.discard();
    this.#end();
  }

  #end(): void {
    this.#state = "ended";
    this.#account.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    const empty = this.#state === "open" && this.bytes === 0;
    this.#state = "closed";
    try {
      if (empty) await this.#staged.discard();
    } catch (error) {
      // Another connection took it over.
      if (!hasCode(error, "conflict")) throw error;
    } finally {
      await this.#staged[Symbol.asyncDispose]();
      await this.#account.close();
    }
  }
}
