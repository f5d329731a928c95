/**
 * Waiting in a queue.
 *
 * @module
 */

/** A caller that waits; it is removed from its queue before it is granted what it waits for. */
export interface Waiter {
  readonly grant: () => void;
}

/**
 * Waits at the end of a queue until the waiter is granted.
 *
 * @param onLeave Called when the signal has removed the waiter from the queue.
 * @throws The signal's reason if it is aborted first.
 */
export function waitIn(
  queue: Waiter[],
  signal: AbortSignal | undefined,
  onLeave: () => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      queue.splice(queue.indexOf(waiter), 1);
      onLeave();
      reject(signal!.reason);
    };
    const waiter = {
      grant: () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    queue.push(waiter);
  });
}
