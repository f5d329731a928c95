/**
 * The differences between two listings of a folder.
 *
 * @module
 */

import { type Entry, holderName } from "../entry.ts";

/** Names that are new, have changed, or are gone. */
export interface Differences {
  readonly added: readonly string[];
  readonly altered: readonly string[];
  readonly removed: readonly string[];
}

/** Compares two listings. */
export function differences(before: readonly Entry[], now: readonly Entry[]): Differences {
  const known = new Map(before.map((entry) => [entry.name, entry]));
  const added: string[] = [];
  const altered: string[] = [];
  for (const entry of now) {
    const old = known.get(entry.name);
    known.delete(entry.name);
    if (old === undefined) added.push(entry.name);
    else if (!isSame(old, entry)) altered.push(entry.name);
  }
  return { added, altered, removed: [...known.keys()] };
}

/** The time of a folder changes with everything in it, which is nothing to point at. */
function isSame(a: Entry, b: Entry): boolean {
  return a.type === b.type && a.bytes === b.bytes && (a.type === "dir" || a.mtime === b.mtime) &&
    (a.lock && holderName(a.lock)) === (b.lock && holderName(b.lock));
}
