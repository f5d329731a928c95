/**
 * Signs of life while a peer sends. What it sent may wait for long in buffers on the way, and its
 * questions behind it; that bytes still arrive, or find no room yet, is answered without being
 * asked.
 *
 * @module
 */

import { KEEPALIVE_MS } from "../../base/limits.ts";
import type { Channel } from "../../native/channel.ts";
import type { Connection } from "../../net/connection.ts";

/** The part of a connection that tells when bytes came and left. */
type Pulse = Pick<Connection, "lastReadMs" | "lastWriteMs">;

/**
 * Sends a PONG that nobody asked for whenever bytes came, or could not be taken, and nothing was
 * said since, until it is disposed.
 */
export function giveLifeSigns(channel: Channel, pulse: Pulse): Disposable {
  let seenMs = pulse.lastReadMs;
  const timer = setInterval(() => {
    const { lastReadMs, lastWriteMs } = pulse;
    const silent = performance.now() - lastWriteMs >= KEEPALIVE_MS / 2;
    if ((lastReadMs > seenMs || channel.full) && silent) {
      channel.sendFrame("PONG", new Uint8Array(8)).catch(() => {});
    }
    seenMs = lastReadMs;
  }, KEEPALIVE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
