/**
 * What happens to a wire at a place.
 *
 * @module
 */

import type { ConnectionFaults, Faults, Find } from "../testing/network/faults.ts";

/** What lies between client and server. */
export interface Wire extends AsyncDisposable {
  /** Where the client goes. */
  readonly url: string;
  /** Resolves when the fault has happened, or the wire has stopped for it. */
  readonly happened: Promise<void>;
}

/** A place in a conversation: the direction in which it is seen, and how it is found. */
export interface Place {
  readonly way: "up" | "down";
  /** Where it is; a fresh one for each. */
  readonly find: Find;
  /** Sees what passes the other way. */
  readonly look?: (piece: Uint8Array, at: number) => void;
}

/** What a proxy does to stop at a place, both ways. */
export function freezeAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ freezeAt: find }));
}

/** What a proxy does to cut a connection at a place. */
export function cutAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ cutAt: find }));
}

/** What a proxy does to reset a connection at a place, on both sides. */
export function resetAt(place: Place): ConnectionFaults {
  return at(place, (find) => ({ resetAt: find }));
}

/** What a proxy does so that from a place on nobody hears who sends there. */
export function silenceSender(place: Place): ConnectionFaults {
  return at(place, (find) => ({ freezeAt: find, oneWay: true }));
}

/** What a proxy does so that from a place on nothing reaches who sends there. */
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
