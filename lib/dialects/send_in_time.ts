/**
 * Sends an answer to a peer that may never read it.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { JSON_MESSAGE_TIMEOUT_MS } from "../base/limits.ts";
import { startDeadline } from "../base/signals.ts";
import type { Connection } from "../net/connection.ts";

/**
 * Sends pieces within {@linkcode JSON_MESSAGE_TIMEOUT_MS} and twice the time that the rate limit
 * of this side needs. After that the connection is aborted, so that a peer that does not read
 * cannot hold memory.
 *
 * @param bytes The length of all pieces.
 * @throws `network`.
 */
export async function sendInTime(
  connection: Connection,
  pieces: Iterable<Uint8Array>,
  bytes: number,
): Promise<void> {
  const limitedMs = connection.rateLimit ? 2000 * bytes / connection.rateLimit : 0;
  using deadline = startDeadline(
    JSON_MESSAGE_TIMEOUT_MS + limitedMs,
    () => new FtError("network", "the client does not read"),
  );
  deadline.signal.addEventListener("abort", () => connection.abort(deadline.signal.reason));
  for (const piece of pieces) await connection.send(piece);
}
