/**
 * The local files and folders of an upload, and where each goes.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { NameFilter } from "../../remote/transfer_context.ts";
import { folderOf, localBaseName, localJoin, lookQuietly } from "../local_path.ts";
import { EVERY_NAME } from "../name_filter.ts";

/** A local file or folder, and its name on the server. */
export interface PutPlace {
  readonly source: string;
  readonly name: string;
  /** The files to take, by their paths below the place; `.` is the place itself. @default all */
  readonly filter?: NameFilter | undefined;
}

/** The places of an upload. */
export interface PutPlaces {
  readonly present: readonly PutPlace[];
  /** Those that do not exist any more, the topmost only. */
  readonly gone: readonly PutPlace[];
}

/** An upload as requested. */
export interface PlacedRequest {
  readonly sources: readonly string[];
  readonly to: string;
  readonly as?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly filter?: NameFilter | undefined;
}

/** Finds the place of a source. @throws If it has no name. */
export function placeOf({ to, as, filter }: PlacedRequest, source: string): PutPlace {
  const own = localBaseName(source);
  const below = filter && ((path: string) => filter(path === "." ? own : path));
  return { source, name: localJoin(to, as ?? own), filter: below };
}

/**
 * Finds the places of the paths that an upload of a folder is limited to.
 *
 * @throws `not_found` without the folder, so that not everything in it counts as gone.
 */
export function placesBelow(request: PlacedRequest, only: readonly string[]): PutPlaces {
  const [top = ""] = request.sources;
  if (lookQuietly(top)?.kind === undefined) {
    throw new FtError("not_found", `not found: ${top}`, { name: top });
  }
  const { name } = placeOf(request, top);
  const present = new Map<string, PutPlace>();
  const gone = new Map<string, PutPlace>();
  const { filter = EVERY_NAME } = request;
  for (const rest of only) {
    const exists = lookQuietly(localJoin(top, rest)) !== null;
    const at = exists ? rest : topmostMissing(top, rest);
    (exists ? present : gone).set(at, {
      source: localJoin(top, at),
      name: localJoin(name, at),
      filter: (below) => filter(localJoin(at, below)),
    });
  }
  return { present: withoutNested(present), gone: [...gone.values()] };
}

/** The highest folder above a missing path that is missing, too; else the path itself. */
function topmostMissing(top: string, rest: string): string {
  let at = rest;
  for (let above = folderOf(at); above !== "."; above = folderOf(above)) {
    if (lookQuietly(localJoin(top, above)) !== null) break;
    at = above;
  }
  return at;
}

/** A place below another is taken with that. */
function withoutNested(places: ReadonlyMap<string, PutPlace>): PutPlace[] {
  const isCovered = (rest: string) => {
    for (let above = folderOf(rest); above !== "."; above = folderOf(above)) {
      if (places.has(above)) return true;
    }
    return false;
  };
  return [...places].filter(([rest]) => !isCovered(rest)).map(([, place]) => place);
}
