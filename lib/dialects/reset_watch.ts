/**
 * Notices a client that has left while its answer takes time.
 *
 * @module
 */

import type { Session } from "./dialect.ts";

/**
 * Reads ahead, so that a reset aborts the session now and not when the answer is sent. Bytes that
 * arrive are not lost. The end of the stream has no effect: a client that sends no more may still wait.
 */
export function watchForReset({ reader, signal }: Pick<Session, "reader" | "signal">): void {
  // A failed read aborts the connection by itself.
  reader.fillWithin(0, signal).catch(() => {});
}
