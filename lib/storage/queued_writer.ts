/**
 * Large writes at given offsets of a file, one after the other, on another thread.
 *
 * @module
 */

/** The part of an open file that is used. */
export interface SeekableFile {
  seekSync(offset: number, whence: Deno.SeekMode): number;
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Writes to a file that the caller owns. Writes at an offset through `node:fs` block the thread even
 * when they are asynchronous. Those of `Deno.FsFile` do not, but use the current offset.
 */
export class QueuedWriter {
  readonly #file: SeekableFile;
  #last: Promise<void> = Promise.resolve();
  /** The current offset of the file; unknown after a failed write. */
  #at: number | undefined;

  /** @param file Nothing else may move its offset. */
  constructor(file: SeekableFile) {
    this.#file = file;
  }

  /** Writes all of `bytes`, which must not change until it resolves. */
  write(offset: number, bytes: Uint8Array): Promise<void> {
    const write = this.#last.then(() => this.#write(offset, bytes));
    this.#last = write.catch(() => {});
    return write;
  }

  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    if (this.#at !== offset) this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.#at = undefined;
    for (let done = 0; done < bytes.length;) {
      done += await this.#file.write(bytes.subarray(done));
    }
    this.#at = offset + bytes.length;
  }
}
