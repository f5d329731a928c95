/**
 * A connection that is opened before it is needed.
 *
 * @module
 */

import type { OpenOptions, OpenRemote } from "./open.ts";
import type { Remote } from "./remote.ts";

/**
 * Opens a first connection, and loads something while its server answers. Disposing it disconnects a
 * connection that nobody took.
 */
export class OpeningAhead<T> implements AsyncDisposable {
  readonly #open: OpenRemote;
  #first: Promise<Remote> | undefined;
  /** The result of loading, which begins when the first requests were sent or could not be sent. */
  readonly meanwhile: Promise<T>;

  /**
   * @param open Connects once.
   * @param options Those of the first connection.
   * @param load Loads what is needed next.
   */
  constructor(open: OpenRemote, options: OpenOptions, load: () => Promise<T>) {
    this.#open = open;
    const sent = Promise.withResolvers<void>();
    this.#first = open({ ...options, onSent: sent.resolve });
    // The caller that takes the connection gets its error.
    this.#first.then(() => sent.resolve(), () => sent.resolve());
    this.meanwhile = sent.promise.then(load);
  }

  /** Returns the first connection, then others, without the options of the first. */
  open(): Promise<Remote> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#open({});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#first?.then((remote) => remote[Symbol.asyncDispose](), () => {});
  }
}
