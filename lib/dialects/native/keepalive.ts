/**
 * Keepalives during an upload. A client's pings may wait behind its content in buffers on the way,
 * so the server shows without being asked that it still receives, or that it has no room yet.
 *
 * @module
 */

import { KEEPALIVE_MS } from "../../base/limits.ts";
import { delay } from "../../base/signals.ts";
import type { Channel } from "../../native/channel.ts";
import type { Connection } from "../../net/connection.ts";

/** The part of a connection that tells when bytes arrived and left. */
type Activity = Pick<Connection, "lastReadMs" | "lastWriteMs">;

/**
 * Sends unsolicited PONG frames until disposed: whenever bytes arrived, or could not be taken, and
 * nothing was sent in the meantime.
 */
export function sendKeepalives(
  channel: Pick<Channel, "full" | "sendFrame">,
  connection: Activity,
): Disposable {
  const disposed = new AbortController();
  keepAlive(channel, connection, disposed.signal).catch(() => {});
  return { [Symbol.dispose]: () => disposed.abort() };
}

async function keepAlive(
  channel: Pick<Channel, "full" | "sendFrame">,
  connection: Activity,
  disposed: AbortSignal,
): Promise<void> {
  for (let seenMs = connection.lastReadMs;; seenMs = connection.lastReadMs) {
    await delay(KEEPALIVE_MS, disposed);
    const { lastReadMs, lastWriteMs } = connection;
    const silent = performance.now() - lastWriteMs >= KEEPALIVE_MS / 2;
    if ((lastReadMs > seenMs || channel.full) && silent) {
      channel.sendFrame("PONG", new Uint8Array(8)).catch(() => {});
    }
  }
}
