/**
 * A connection that is made again when it is lost.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_RETRY_WAIT_MS, RETRY_BASE_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { delay } from "../../base/signals.ts";
import type { OnTransferEvent } from "./transfer_events.ts";
import type { Remote } from "./remote.ts";

/** The longest wait with its jitter: a server that asks for more does not get it. */
const MAX_WAIT_MS = MAX_RETRY_WAIT_MS * 1.1;

/** How often and how long. */
export interface RetryPolicy {
  /** Attempts after the first; 0 is one attempt. */
  readonly retries: number;
  readonly onEvent: OnTransferEvent;
  readonly signal?: AbortSignal;
  /** Between 0 and 1; spreads clients out. @default Math.random */
  readonly random?: () => number;
}

/**
 * Milliseconds before an attempt: 1, 2, 4, 8, 16, 32 s, and up to a tenth more, so that clients
 * spread out and a server that starts within 63 s is found.
 *
 * @param attempt From 1.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(RETRY_BASE_MS * 2 ** (attempt - 1), MAX_RETRY_WAIT_MS);
  return Math.round(plain * (1 + 0.1 * random()));
}

/** Whether another attempt may end differently. */
function worthRetrying(error: FtError): boolean {
  return error.retryable && (error.code === "network" || error.code === "limit");
}

/**
 * Lends the connection to transfers. When it is lost, one of them makes it anew and the others
 * wait for that. Attempts count from 1 again once a transfer got somewhere.
 */
export class Link implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  readonly #policy: RetryPolicy;
  #remote: Promise<Remote> | undefined;
  #attempt = 0;

  /** @param open Connects once. */
  constructor(open: () => Promise<Remote>, policy: RetryPolicy) {
    this.#open = open;
    this.#policy = policy;
  }

  /** A transfer got somewhere: the next loss is a new one. */
  progressed(): void {
    this.#attempt = 0;
  }

  /** The same listener, with the link told when content moves. */
  watching(onEvent: OnTransferEvent): OnTransferEvent {
    return (event) => {
      if (event.kind === "progress" && event.moved > 0) this.progressed();
      onEvent(event);
    };
  }

  /**
   * Runs work on a connection, again on a new one when that is lost.
   *
   * @throws What a retry cannot cure, or the last loss.
   */
  async use<T>(work: (remote: Remote) => Promise<T>): Promise<T> {
    while (true) {
      const connecting = this.#remote ??= this.#open();
      try {
        return await work(await connecting);
      } catch (error) {
        await this.#lost(connecting, asFtError(error));
      }
    }
  }

  /** Waits for the next attempt, or throws when there is none. */
  async #lost(connecting: Promise<Remote>, error: FtError): Promise<void> {
    this.#policy.signal?.throwIfAborted();
    if (!worthRetrying(error)) throw error;
    if (this.#remote !== connecting) return;
    if (this.#attempt >= this.#policy.retries) throw error;
    const anew = this.#again(connecting, error);
    anew.catch(() => {});
    this.#remote = anew;
    await anew.catch(() => {});
  }

  async #again(lost: Promise<Remote>, error: FtError): Promise<Remote> {
    await lost.then((remote) => remote[Symbol.asyncDispose](), () => {});
    const { retries, onEvent, signal, random } = this.#policy;
    const attempt = ++this.#attempt;
    const waitMs = Math.min(error.retryAfterMs ?? backoffMs(attempt, random), MAX_WAIT_MS);
    onEvent({ kind: "retry", attempt, of: retries, atMs: Date.now() + waitMs, error });
    await delay(waitMs, signal);
    return await this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const remote = this.#remote;
    this.#remote = Promise.reject(new FtError("interrupted", "the connection was closed"));
    this.#remote.catch(() => {});
    await remote?.then((remote) => remote[Symbol.asyncDispose](), () => {});
  }
}
