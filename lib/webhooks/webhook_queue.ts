/**
 * The events of one webhook, posted in order, one after the other.
 *
 * @module
 */

import { AsyncQueue } from "../base/async_queue.ts";
import { FtError } from "../base/errors.ts";
import { MAX_WEBHOOK_QUEUE, WEBHOOK_FLUSH_MS, WEBHOOK_RETRIES } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { Retry, type RetryAttempt } from "../base/retry.ts";
import { within } from "../base/signals.ts";

/** Posts one body. @throws A retryable error if another attempt can help. */
export type PostBody = (body: string, signal: AbortSignal) => Promise<void>;

/** A bounded queue. Disposing it gives what waits {@linkcode WEBHOOK_FLUSH_MS}. */
export class WebhookQueue implements AsyncDisposable {
  readonly #post: PostBody;
  readonly #log: Logger;
  readonly #waiting = new AsyncQueue<string>();
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  /** Events that were dropped since the last one that was taken. */
  #dropped = 0;

  /** @param log With the event and the origin of the URL, which may have a secret in its path. */
  constructor(post: PostBody, log: Logger) {
    this.#post = post;
    this.#log = log;
    this.#done = this.#run();
  }

  /** Adds an event, or drops it when too many wait. */
  add(body: string): void {
    if (this.#waiting.size < MAX_WEBHOOK_QUEUE) {
      this.#dropped = 0;
      this.#waiting.push(body);
    } else if (this.#dropped++ === 0) {
      this.#log.warning("webhook.full", { message: `more than ${MAX_WEBHOOK_QUEUE} events wait` });
    }
  }

  async #run(): Promise<void> {
    let unsent = 0;
    for await (const body of this.#waiting) {
      if (this.#stopped.signal.aborted || !await this.#posted(body)) unsent++;
    }
    if (this.#stopped.signal.aborted && unsent > 0) {
      this.#log.warning("webhook.unsent", { events: unsent });
    }
  }

  /** @returns Whether the server did not stop meanwhile; a failure is final. */
  async #posted(body: string): Promise<boolean> {
    const { signal } = this.#stopped;
    const onRetry = ({ attempt, error: { message } }: RetryAttempt) =>
      this.#log.info("webhook.retry", { attempt, message });
    const retry = new Retry({ retries: WEBHOOK_RETRIES, signal, onRetry });
    try {
      await retry.run(() => this.#post(body, signal));
    } catch (error) {
      if (signal.aborted) return false;
      const { code, message } = asFtError(error);
      this.#log.warning("webhook.failed", { code, message });
    }
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting.close();
    await within(this.#done, WEBHOOK_FLUSH_MS).catch(() => {});
    this.#stopped.abort(new FtError("interrupted", "the server has stopped"));
    await this.#done;
  }
}
