/**
 * An open file by its number, which is closed when nothing uses it any more: under a running read
 * the number could become another file's.
 *
 * @module
 */

import { closeSync } from "node:fs";
import { SMALL_FILE_BYTES } from "../base/limits.ts";
import { readFully, readFullyLater } from "./positioned_io.ts";

/** An open file. Who made it must close it. */
export class Descriptor {
  /** Its number, for as long as it is not closed. */
  readonly fd: number;
  #uses = 0;
  #closing = false;
  readonly #closed = Promise.withResolvers<void>();

  /** @param fd Owned from now on. */
  constructor(fd: number) {
    this.fd = fd;
  }

  /** Keeps it open while `work` runs. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#uses++;
    try {
      return await work();
    } finally {
      this.#uses--;
      this.#closeWhenIdle();
    }
  }

  /**
   * Fills `into` from `offset`; fewer bytes only at the end of the file. A slow medium holds
   * nobody else up: all but small reads happen on another thread, which from the page cache takes
   * longer than the read.
   */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.use(async () =>
      into.length <= SMALL_FILE_BYTES
        ? readFully(this.fd, offset, into)
        : await readFullyLater(this.fd, offset, into)
    );
  }

  /** Closes it once; resolves when that has happened. */
  close(): Promise<void> {
    this.#closing = true;
    this.#closeWhenIdle();
    return this.#closed.promise;
  }

  #closeWhenIdle(): void {
    if (!this.#closing || this.#uses > 0) return;
    // Never again, whoever ends last.
    this.#uses = Infinity;
    closeSync(this.fd);
    this.#closed.resolve();
  }
}
