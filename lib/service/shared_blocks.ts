/**
 * Blocks in memory that several readers of a file need at about the same time, such as the clients of
 * a popular download: they are read and hashed once.
 *
 * @module
 */

import { MAX_SHARED_BLOCKS } from "../base/limits.ts";
import { OwnedBlock } from "../blocks/block.ts";
import type { VersionDigests } from "./version_digests.ts";

/** A block that readers use, or that is kept for one that is a little behind. */
interface Shared {
  readonly reading: Promise<OwnedBlock>;
  /** The result of reading. */
  block?: OwnedBlock;
  /** Readers that have it, or wait for it. */
  users: number;
}

/** The readers of a version of a file. */
interface Readers {
  count: number;
  readonly blocks: Map<number, Shared>;
}

/** The buffer of a shared block stays where it is when one of its readers is done. */
const STAYS = { give() {} };

/** Blocks shared by the readers of a server. */
export class SharedBlocks {
  readonly #most: number;
  /** Blocks in memory, in use or not. */
  #count = 0;
  readonly #versions = new WeakMap<VersionDigests, Readers>();
  /** Blocks without users, the one that has waited longest first. */
  readonly #kept = new Map<Shared, { readonly of: Readers; readonly index: number }>();

  /** @param most Blocks in memory above which none is kept. @default {MAX_SHARED_BLOCKS} */
  constructor(most: number = MAX_SHARED_BLOCKS) {
    this.#most = most;
  }

  /** Notes a reader until the result is disposed. Blocks are kept only while there are several. */
  enter(version: VersionDigests): Disposable {
    const readers = this.#versions.get(version) ?? { count: 0, blocks: new Map() };
    this.#versions.set(version, readers);
    readers.count++;
    return {
      [Symbol.dispose]: () => {
        readers.count--;
        if (readers.count < 2) { for (const shared of readers.blocks.values()) this.#drop(shared); }
      },
    };
  }

  /**
   * Returns a block that another reader of this version has in memory, or reads it.
   *
   * @param read Reads and hashes it.
   * @throws What `read` throws.
   */
  async take(
    version: VersionDigests,
    index: number,
    read: () => Promise<OwnedBlock>,
  ): Promise<OwnedBlock> {
    const readers = this.#versions.get(version);
    if (readers === undefined) return await read();
    const found = readers.blocks.get(index);
    const shared: Shared = found ?? { reading: read(), users: 0 };
    readers.blocks.set(index, shared);
    this.#kept.delete(shared);
    shared.users++;
    try {
      const { bytes, digest } = await this.#block(shared);
      const done = () => this.#leave(shared, readers, index);
      return new OwnedBlock(STAYS, index, bytes, digest, done);
    } catch (error) {
      if (readers.blocks.get(index) === shared) readers.blocks.delete(index);
      // The other reader may have failed for a reason of its own, such as a client that left.
      if (found !== undefined) return await read();
      throw error;
    }
  }

  async #block(shared: Shared): Promise<OwnedBlock> {
    const block = await shared.reading;
    if (shared.block === undefined) this.#count++;
    return shared.block = block;
  }

  #leave(shared: Shared, of: Readers, index: number): void {
    shared.users--;
    if (shared.users > 0) return;
    this.#kept.set(shared, { of, index });
    if (of.count < 2) this.#drop(shared);
    else if (this.#count > this.#most) this.#drop(this.#kept.keys().next().value!);
  }

  /** Returns the buffer of a block, unless it is in use. */
  #drop(shared: Shared): void {
    const kept = this.#kept.get(shared);
    if (kept === undefined) return;
    this.#kept.delete(shared);
    kept.of.blocks.delete(kept.index);
    shared.block?.[Symbol.dispose]();
    this.#count--;
  }
}
