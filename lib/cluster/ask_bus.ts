/**
 * One request to the bus.
 *
 * @module
 */

import { asBusError } from "./bus_error.ts";
import type { BusSession } from "./bus_session.ts";

/** Sends a request, or refuses it at once without a connection. @throws `network`. */
export async function askBus<T>(bus: BusSession, request: () => Promise<T>): Promise<T> {
  // The library would keep the request until it has reconnected.
  if (!bus.connected) throw bus.lost();
  try {
    return await request();
  } catch (error) {
    throw asBusError(error);
  }
}
