/**
 * Large writes at places in a file, one after the other, on another thread.
 *
 * @module
 */

/** The part of an open file that is needed. */
export interface SeekableFile {
  seekSync(offset: number, whence: Deno.SeekMode): number;
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Writes to a file that the caller owns. The runtime's writes at a place (`node:fs`) hold the
 * thread even where they are asynchronous; those of its own files do not, but know only one place.
 */
export class QueuedWriter {
  readonly #file: SeekableFile;
  #last: Promise<void> = Promise.resolve();
  /** Where the file stands; unknown after a write that failed. */
  #at: number | undefined;

  /** @param file Nobody else moves its place. */
  constructor(file: SeekableFile) {
    this.#file = file;
  }

  /** Writes all of `bytes`, which must stay as they are until it resolves. */
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
