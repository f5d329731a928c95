/**
 * Faults of a connection at a place.
 *
 * @module
 */

import type { ConnectionFaults, Faults, Find } from "../testing/network/faults.ts";

/** A connection between client and server that a fault can strike. */
export interface Wire extends AsyncDisposable {
  /** The address for the client. */
  readonly url: string;
  /** Resolves when the fault has happened, or the wire has stopped. */
  readonly happened: Promise<void>;
}

/** A place in the bytes of a connection. */
export interface Place {
  readonly way: "up" | "down";
  /** Finds the place; it has state, so that each connection needs its own. */
  readonly find: Find;
  /** Gets every piece of the other direction. */
  readonly look?: (piece: Uint8Array, at: number) => void;
}

/** Stops both directions at a place. */
export function freezeAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ freezeAt: find }));
}

/** Cuts the connection at a place. */
export function cutAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ cutAt: find }));
}

/** Resets the connection at a place, on both sides. */
export function resetAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ resetAt: find }));
}

/** Stops the direction of a place, from the place on. */
export function silenceSender(place: Place): ConnectionFaults {
  return at(place, (find) => ({ freezeAt: find, oneWay: true }));
}

/** Stops the opposite direction when a place has been reached. */
export function silenceReceiver({ way, find, look }: Place): ConnectionFaults {
  let reached = false;
  const watch = (piece: Uint8Array, offset: number) =>
    void (reached ||= find(piece, offset) !== null);
  const other: Faults = {
    freezeAt: (piece, offset) => {
      look?.(piece, offset);
      return reached ? offset : null;
    },
    oneWay: true,
  };
  return way === "up" ? { up: { look: watch }, down: other } : { down: { look: watch }, up: other };
}

function at({ way, find, look }: Place, faults: (find: Find) => Faults): ConnectionFaults {
  const other = look === undefined ? {} : { look };
  return way === "up" ? { up: faults(find), down: other } : { down: faults(find), up: other };
}
