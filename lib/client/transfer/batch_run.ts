/**
 * Several transfers at once, and what became of each.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { Semaphore } from "../../base/semaphore.ts";
import type {
  BatchOutcome,
  OnTransferEvent,
  TransferOp,
  TransferResult,
} from "../remote/transfer_events.ts";

/** Errors that end the whole batch: no other file would fare better. */
function endsBatch(error: FtError): boolean {
  return ["network", "tls", "protocol", "interrupted", "terminated"].includes(error.code);
}

/** Gathers what becomes of the files of a batch, telling it as events. */
export class BatchRun {
  readonly #op: TransferOp;
  readonly #onEvent: OnTransferEvent;
  readonly #done: TransferResult[] = [];
  readonly #failed: { name: string; error: FtError }[] = [];

  constructor(op: TransferOp, onEvent: OnTransferEvent) {
    this.#op = op;
    this.#onEvent = onEvent;
  }

  /** A file is in place. */
  done(result: TransferResult): void {
    this.#done.push(result);
    this.#onEvent({ kind: "end", ...result });
  }

  /**
   * A file failed; the others go on.
   *
   * @throws The error itself where it ends the batch.
   */
  failed(name: string, cause: unknown): void {
    const error = asFtError(cause, undefined, name);
    if (endsBatch(error)) throw error;
    this.#failed.push({ name, error });
    this.#onEvent({ kind: "failed", op: this.#op, name, error });
  }

  /** What became of all. */
  get outcome(): BatchOutcome {
    return { done: this.#done, failed: this.#failed };
  }
}

/**
 * Runs work on items, up to `width` at once; the first that throws ends the rest.
 *
 * @param signal Ends before the next item begins.
 */
export async function runEach<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const slots = new Semaphore(width);
  const failed = new AbortController();
  const running = new Set<Promise<void>>();
  try {
    for (const item of items) {
      signal?.throwIfAborted();
      const slot = await slots.acquire(failed.signal);
      const done = work(item)
        .catch((error) => failed.abort(error))
        .finally(() => {
          slot[Symbol.dispose]();
          running.delete(done);
        });
      running.add(done);
    }
  } finally {
    await Promise.all(running);
  }
  failed.signal.throwIfAborted();
}
