/**
 * A file descriptor that is closed once no operation uses it: if it were closed during a read, the
 * number could be reused for another file.
 *
 * @module
 */

import { closeSync } from "node:fs";
import { SMALL_FILE_BYTES } from "../base/limits.ts";
import { readFully, readFullyLater } from "./positioned_io.ts";
import { ReadPlace } from "./read_place.ts";

/** An open file. Its creator must close it. */
export class Descriptor {
  /** The descriptor, valid until it is closed. */
  readonly fd: number;
  #uses = 0;
  readonly #place = new ReadPlace();
  #closing = false;
  readonly #closed = Promise.withResolvers<void>();

  /** @param fd Owned by this object. */
  constructor(fd: number) {
    this.fd = fd;
  }

  /** Keeps the file open while `work` runs. */
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
   * Fills `into` from `offset`; fewer bytes only at the end of the file. Small reads from the page
   * cache take less time than changing threads.
   */
  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.use(async () => {
      if (into.length <= SMALL_FILE_BYTES) return readFully(this.fd, offset, into);
      if (!this.#place.next()) return await readFullyLater(this.fd, offset, into);
      const startedMs = performance.now();
      const count = readFully(this.fd, offset, into);
      this.#place.took(performance.now() - startedMs);
      return count;
    });
  }

  /** Closes the file once all uses have ended; resolves when it is closed. */
  close(): Promise<void> {
    this.#closing = true;
    this.#closeWhenIdle();
    return this.#closed.promise;
  }

  #closeWhenIdle(): void {
    if (!this.#closing || this.#uses > 0) return;
    // Closed only once, even if another use ends later.
    this.#uses = Infinity;
    closeSync(this.fd);
    this.#closed.resolve();
  }
}
