/**
 * One connection that several users share.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { Remote } from "./remote.ts";

/** Lends a connection. Disposing it disconnects. */
export class SharedRemote implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  #current: Promise<Remote> | undefined;
  #closed = false;

  /** @param open Connects once. */
  constructor(open: () => Promise<Remote>) {
    this.#open = open;
  }

  /**
   * Returns the shared connection, or a new one when that was lost. Disposing the returned object
   * does not disconnect.
   *
   * @throws As `open`; `network` when the new connection is lost at once; `interrupted` after
   *   disposal.
   */
  async lend(): Promise<Remote> {
    if (this.#closed) throw new FtError("interrupted", "the connection was closed");
    const isNew = this.#current === undefined;
    const lent = this.#current ??= this.#open();
    const remote = await lent.catch((error) => {
      this.#forget(lent);
      throw error;
    });
    if (!remote.signal.aborted) {
      return {
        ...remote,
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    }
    if (this.#forget(lent)) await remote[Symbol.asyncDispose]();
    // The caller decides about retries; here they would be neither counted nor delayed.
    if (isNew) throw asFtError(remote.signal.reason);
    return await this.lend();
  }

  /** @returns Whether this was the current connection. */
  #forget(lent: Promise<Remote>): boolean {
    if (this.#current !== lent) return false;
    this.#current = undefined;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const remote = await this.#current?.catch(() => undefined);
    await remote?.[Symbol.asyncDispose]();
  }
}
