/**
 * The end of a conversation.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { LINGER_MS, MAX_LINGER_BYTES } from "../base/limits.ts";
import { anySignal, startDeadline } from "../base/signals.ts";
import type { Session } from "./dialect.ts";

/**
 * Ends our side, and lets the peer read: closing a socket at once while it holds unread bytes
 * resets it, and the peer may lose the answer that is on its way.
 */
export async function hangUp(
  { connection, reader, signal }: Pick<Session, "connection" | "reader" | "signal">,
): Promise<void> {
  using deadline = startDeadline(LINGER_MS, () => new FtError("network", "the peer stays"));
  const until = anySignal(signal, deadline.signal);
  try {
    await connection.closeWrite();
    for (let left = MAX_LINGER_BYTES; left > 0;) {
      const piece = await reader.readSome(undefined, until);
      if (piece === null) return;
      left -= piece.length;
    }
  } catch {
    // It is over either way.
  }
}
