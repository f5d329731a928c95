/**
 * A connection that is replaced when it is lost.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { Retry } from "../../base/retry.ts";
import { DialError } from "../../net/dial_error.ts";
import { firstConnectionRetries } from "./first_connection.ts";
import type { Remote } from "./remote.ts";
import type { OnTransferEvent } from "./transfer_events.ts";

/** How often to reconnect. */
export interface RetryPolicy {
  /** Attempts after the first; 0 means a single attempt. */
  readonly retries: number;
  /** Receives a `retry` event before each wait. */
  readonly onEvent: OnTransferEvent;
  /** Cancels a wait. */
  readonly signal?: AbortSignal | undefined;
  /** A number in [0, 1) for the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** Whether a new connection can help. */
function worthRetrying(error: FtError): boolean {
  return error.retryable && (error.code === "network" || error.code === "limit");
}

/**
 * Lends one connection to many transfers. When it is lost, one of them reconnects and the others
 * wait for the new connection. Attempts count from 1 again after a transfer has made progress.
 */
export class Link implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  readonly #signal: AbortSignal | undefined;
  readonly #retry: Retry;
  #remote: Promise<Remote> | undefined;
  /** Whether the server has answered, so that a failure to connect may be an outage. */
  #met = false;

  /** @param open Connects once. */
  constructor(open: () => Promise<Remote>, { onEvent, ...policy }: RetryPolicy) {
    this.#open = open;
    this.#signal = policy.signal;
    this.#retry = new Retry({
      ...policy,
      // Users start the client before the server: a transfer waits for it.
      maximum: (error) => this.#met ? Infinity : firstConnectionRetries(error, Infinity),
      onRetry: (attempt) => onEvent({ kind: "retry", ...attempt }),
    });
  }

  /** Resets the attempt counter: a transfer has made progress. */
  progressed(): void {
    this.#met = true;
    this.#retry.progressed();
  }

  /** Wraps a listener so that content that moves counts as progress. */
  watching(onEvent: OnTransferEvent): OnTransferEvent {
    return (event) => {
      if (event.kind === "progress" && event.moved > 0) this.progressed();
      onEvent(event);
    };
  }

  /**
   * Runs work on the connection, and again on a new one when that is lost.
   *
   * @throws An error that a new connection cannot help, or the last loss.
   */
  async use<T>(work: (remote: Remote) => Promise<T>): Promise<T> {
    while (true) {
      const connecting = this.#remote ??= this.#open();
      try {
        return await work(await connecting);
      } catch (error) {
        // Some dialects connect for each request, so only an answer or a loss proves anything.
        if (!(error instanceof DialError)) this.#met = true;
        await this.#lost(connecting, asFtError(error));
      }
    }
  }

  /** Waits until there may be a new connection. @throws The error when there will be none. */
  async #lost(connecting: Promise<Remote>, error: FtError): Promise<void> {
    this.#signal?.throwIfAborted();
    if (!worthRetrying(error)) throw error;
    // Another transfer has noticed the loss first, and reconnects for all.
    if (this.#remote !== connecting) return;
    if (!this.#retry.allows(error)) throw error;
    const next = this.#reconnect(connecting, error);
    this.#remote = next;
    await next.catch(() => {});
  }

  async #reconnect(lost: Promise<Remote>, error: FtError): Promise<Remote> {
    await lost.then((remote) => remote[Symbol.asyncDispose](), () => {});
    await this.#retry.wait(error);
    return await this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const remote = this.#remote;
    this.#remote = Promise.reject(new FtError("interrupted", "the connection was closed"));
    this.#remote.catch(() => {});
    await remote?.then((remote) => remote[Symbol.asyncDispose](), () => {});
  }
}
