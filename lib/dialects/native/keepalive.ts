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

/** The part of a channel that shows whether content arrives. */
type Receiving = Pick<Channel, "answeredMs" | "full" | "sendFrame">;
/** The part of a connection that tells when bytes left. */
type Sending = Pick<Connection, "lastWriteMs">;

/**
 * Sends unsolicited PONG frames until disposed: whenever bytes of an exchange arrived, or could not be
 * taken, and nothing was sent in the meantime. Pings alone do not count: inside a frame with a damaged
 * length they would keep a client waiting for the end of an upload that the server does not see.
 */
export function sendKeepalives(
  channel: Receiving,
  connection: Sending,
): Disposable {
  const disposed = new AbortController();
  keepAlive(channel, connection, disposed.signal).catch(() => {});
  return { [Symbol.dispose]: () => disposed.abort() };
}

async function keepAlive(
  channel: Receiving,
  connection: Sending,
  disposed: AbortSignal,
): Promise<void> {
  for (let seenMs = channel.answeredMs;; seenMs = channel.answeredMs) {
    await delay(KEEPALIVE_MS, disposed);
    const silent = performance.now() - connection.lastWriteMs >= KEEPALIVE_MS / 2;
    if ((channel.answeredMs > seenMs || channel.full) && silent) {
      channel.sendFrame("PONG", new Uint8Array(8)).catch(() => {});
    }
  }
}
