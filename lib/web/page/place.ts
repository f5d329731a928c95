/**
 * The place in the address bar: a folder, how it is ordered, and the file that is shown.
 *
 * @module
 */

/** The columns by which a listing can be ordered; the server knows the same ones. */
export type SortKey = "name" | "size" | "time";

/** An order. */
export interface Order {
  readonly sort: SortKey;
  readonly descending: boolean;
}

/** A folder that a page shows. */
export interface Place extends Order {
  /** The path of the root: `/files/`, or `/s/TOKEN/` of a share link. */
  readonly base: string;
  /** The folder below the root; empty for the root itself. */
  readonly names: readonly string[];
  /** The file in the folder that is shown. */
  readonly shown?: string | undefined;
}

const BASE = /^(\/files\/|\/s\/[^/]+\/)/;

/**
 * Reads a place from a URL.
 *
 * @returns `null` for a page that shows no folder.
 */
export function parsePlace({ pathname, searchParams }: URL): Place | null {
  const [, base] = BASE.exec(pathname) ?? [];
  if (base === undefined) return null;
  const names: string[] = [];
  for (const name of pathname.slice(base.length).split("/")) {
    if (name !== "") names.push(decoded(name));
  }
  const sort = searchParams.get("sort");
  return {
    base,
    names,
    sort: sort === "size" || sort === "time" ? sort : "name",
    descending: searchParams.get("order") === "desc",
    shown: searchParams.get("show") ?? undefined,
  };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Returns the URL of a place. */
export function placeUrl(place: Place): string {
  const query = new URLSearchParams();
  if (place.sort !== "name") query.set("sort", place.sort);
  if (place.descending) query.set("order", "desc");
  if (place.shown !== undefined) query.set("show", place.shown);
  return `${folderUrl(place)}${query.size > 0 ? `?${query}` : ""}`;
}

/** Returns the URL of a folder, without its order. */
export function folderUrl({ base, names }: Pick<Place, "base" | "names">): string {
  return base + names.map((name) => `${encodeURIComponent(name)}/`).join("");
}

/** Returns the URL of an entry of a folder: that of a folder ends with a slash. */
export function entryUrl(
  place: Pick<Place, "base" | "names">,
  { name, type }: { readonly name: string; readonly type: "file" | "dir" },
): string {
  return `${folderUrl(place)}${encodeURIComponent(name)}${type === "dir" ? "/" : ""}`;
}

/** Returns the folder with a number of names; the order is kept. */
export function ancestor(place: Place, depth: number): Place {
  return { ...place, names: place.names.slice(0, depth), shown: undefined };
}

/** Returns a folder in this one. */
export function child(place: Place, name: string): Place {
  return { ...place, names: [...place.names, name], shown: undefined };
}

/** Returns the path of an entry as the server's commands write it: `a/b`. */
export function pathOf({ names }: Pick<Place, "names">, name?: string): string {
  return [...names, ...(name === undefined ? [] : [name])].join("/") || ".";
}
