/**
 * Finds a free name for a client of the chat.
 *
 * @module
 */

import type { Participant } from "./participant.ts";
import type { OtherName } from "./seat.ts";
import { isServerName } from "./seat_name.ts";

/** A name for a seat, and why it is not the one asked for. */
export interface GivenName {
  readonly name: string;
  readonly other?: OtherName;
}

/**
 * Gives a client the name it asked for. If that is taken, a number is added.
 *
 * @param hasSeat Whether a seat has a name, or one that looks like it.
 */
export function giveName(
  wanted: string,
  participant: Participant,
  hasSeat: (name: string) => boolean,
): GivenName {
  const name = numbered(wanted, (name) => hasSeat(name) || isReserved(name, participant));
  if (name === wanted) return { name };
  return { name, other: { wanted, taken: hasSeat(wanted) ? "seat" : "reserved" } };
}

/** The name, or if it belongs to another user, the name with the first free number. */
export function unreserved(wanted: string, participant: Participant): string {
  return numbered(wanted, (name) => isReserved(name, participant));
}

function isReserved(name: string, participant: Participant): boolean {
  return isServerName(name) || (participant.isReserved?.(name) ?? false);
}

function numbered(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let n = 2; isTaken(name); n++) name = `${wanted}${n}`;
  return name;
}
