/**
 * Finds out which new files have the name of one that is there, before anything is sent, so that the
 * user is asked once.
 *
 * @module
 */

import type { Entry } from "../entry.ts";
import { child, type Place } from "../place.ts";

/** Lists a folder. */
export type List = (place: Place) => Promise<readonly Entry[]>;

/** A folder with the paths below it that are looked for. */
interface Wanted {
  readonly place: Place;
  readonly parent: string;
  readonly paths: readonly string[];
}

/**
 * Finds entries by their paths below a folder. Only folders that exist are listed.
 *
 * @returns The entries that are there. Without the permission to list, none are found: the server
 *   still refuses to replace them.
 */
export async function findTaken(
  list: List,
  place: Place,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  const queue: Wanted[] = [{ place, parent: "", paths }];
  for (let wanted = queue.pop(); wanted !== undefined; wanted = queue.pop()) {
    const { place, parent, paths } = wanted;
    const entries = new Map<string, Entry>();
    for (const entry of await list(place).catch(() => [])) entries.set(entry.name, entry);
    const groups = Map.groupBy(paths, (path) => path.split("/", 1)[0]!);
    for (const [name, group] of groups) {
      const entry = entries.get(name);
      if (entry === undefined) continue;
      const below = group.filter((path) => path !== name).map((path) =>
        path.slice(name.length + 1)
      );
      if (below.length < group.length) found.set(parent + name, entry);
      // A file where a folder should be: the server refuses each file below it.
      if (below.length > 0 && entry.type === "dir") {
        queue.push({ place: child(place, name), parent: `${parent}${name}/`, paths: below });
      }
    }
  }
  return found;
}
