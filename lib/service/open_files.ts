/**
 * How many files one user may have open for reading: each takes a file descriptor of the server for
 * as long as its client likes.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MAX_OPEN_FILES_PER_HOLDER } from "../base/limits.ts";
import type { StoredFile } from "../storage/store.ts";

/** Counts open files by holder: a user, or the host of anonymous clients. */
export class OpenFiles {
  readonly #max: number;
  readonly #byHolder = new Map<string, number>();

  /** @param max Files of one holder. @default {MAX_OPEN_FILES_PER_HOLDER} */
  constructor(max: number = MAX_OPEN_FILES_PER_HOLDER) {
    this.#max = max;
  }

  /**
   * Opens a file, which counts until it is disposed.
   *
   * @param open Returns `null` if there is no file.
   * @throws `limit` (retryable) if the holder has too many, and what `open` throws.
   */
  async open(
    holder: string,
    open: () => Promise<StoredFile | null>,
  ): Promise<StoredFile | null> {
    await using stack = new AsyncDisposableStack();
    stack.use(this.#enter(holder));
    const file = await open();
    if (file === null) return null;
    stack.use(file);
    const opened = stack.move();
    return {
      entry: file.entry,
      readAt: (offset, into) => file.readAt(offset, into),
      unchanged: () => file.unchanged(),
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  }

  #enter(holder: string): Disposable {
    const open = this.#byHolder.get(holder) ?? 0;
    if (open >= this.#max) {
      throw new FtError("limit", `more than ${this.#max} files open at once`, { retryable: true });
    }
    this.#byHolder.set(holder, open + 1);
    return { [Symbol.dispose]: () => this.#leave(holder) };
  }

  #leave(holder: string): void {
    const left = this.#byHolder.get(holder)! - 1;
    if (left === 0) this.#byHolder.delete(holder);
    else this.#byHolder.set(holder, left);
  }
}
