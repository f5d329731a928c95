/**
 * Following something on the bus over lost connections.
 *
 * @module
 */

import { BUS_RECONNECT_MS } from "../base/limits.ts";
import { anySignal, delay } from "../base/signals.ts";
import type { BusSession } from "./bus_session.ts";

/**
 * Follows something again whenever it ends, until the signal does.
 *
 * @param follow Begins where the one before ended. Its signal ends with the connection, too.
 */
export async function followAgain(
  bus: BusSession,
  signal: AbortSignal,
  follow: (session: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(anySignal(await bus.session(signal), signal));
    } catch {
      // The connection is lost, or the signal has ended: the loop deals with both.
    }
    await delay(BUS_RECONNECT_MS, signal).catch(() => {});
  }
}

/** Calls a function when a signal ends, or at once if it has. */
export function onAbort(signal: AbortSignal, stop: () => void): Disposable {
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", stop) };
}
