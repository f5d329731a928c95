/**
 * One request to the bus.
 *
 * @module
 */

import { awaitLeader } from "./await_election.ts";
import { asBusError } from "./bus_error.ts";
import type { BusSession } from "./bus_session.ts";

/** Sends a request, or refuses it as soon as there is no connection. @throws `network`. */
export async function askBus<T>(bus: BusSession, request: () => Promise<T>): Promise<T> {
  try {
    return await awaitLeader(() => {
      // The library would keep the request until it has reconnected.
      if (!bus.connected) throw bus.lost();
      return request();
    });
  } catch (error) {
    throw asBusError(error);
  }
}
