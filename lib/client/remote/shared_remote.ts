/**
 * One connection lent to many, made again when it is lost.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { Remote } from "./remote.ts";

/** Lends a connection. Disposing it hangs up. */
export class SharedRemote implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  #current: Promise<Remote> | undefined;
  #closed = false;

  /** @param open Connects once. */
  constructor(open: () => Promise<Remote>) {
    this.#open = open;
  }

  /**
   * The connection, whose disposal does not hang up; a new one when the last was lost.
   *
   * @throws What connecting throws, `interrupted` after disposal.
   */
  async lend(): Promise<Remote> {
    if (this.#closed) throw new FtError("interrupted", "the connection was closed");
    const lent = this.#current ??= this.#open();
    const remote = await lent.catch((error) => {
      if (this.#current === lent) this.#current = undefined;
      throw error;
    });
    if (remote.signal.aborted) {
      if (this.#current === lent) {
        this.#current = undefined;
        await remote[Symbol.asyncDispose]();
      }
      return await this.lend();
    }
    return { ...remote, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const remote = await this.#current?.catch(() => undefined);
    await remote?.[Symbol.asyncDispose]();
  }
}
