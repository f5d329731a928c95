/**
 * Closes a connection without losing the answer that is still on its way.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { DRAIN_TIMEOUT_MS, LINGER_MS, MAX_LINGER_BYTES } from "../base/limits.ts";
import { anySignal, startDeadline } from "../base/signals.ts";
import type { Session } from "./dialect.ts";

/** The session that is closing. */
export interface Closing extends Pick<Session, "connection" | "reader" | "signal"> {
  /** Aborts when the server drains. */
  readonly draining?: AbortSignal;
}

/**
 * Half-closes the connection and drains what the peer still sends, up to a limit. Closing a socket
 * that holds unread bytes resets it, and the peer may lose the last answer. Never throws.
 *
 * @param unread Bytes that the peer is known to be sending, which are discarded in addition.
 */
export async function halfCloseAndDrain(
  { connection, reader, signal, draining }: Closing,
  unread = 0,
): Promise<void> {
  using deadline = startDeadline(
    // A process that ends leaves the rest to the system; the server's drain has its own deadline.
    draining?.aborted ? DRAIN_TIMEOUT_MS : LINGER_MS,
    () => new FtError("network", "the peer does not disconnect"),
  );
  const drainSignal = anySignal(signal, deadline.signal);
  try {
    await connection.closeWrite();
    for (let left = MAX_LINGER_BYTES + unread; left > 0;) {
      const piece = await reader.readSome(undefined, drainSignal);
      if (piece === null) return;
      left -= piece.length;
    }
  } catch {
    // The caller closes the connection in any case.
  }
}
