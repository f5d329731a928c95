/**
 * Downloads of files, folders and selections.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { entryUrl, folderUrl, type Place } from "./place.ts";

/** A link that downloads. */
export interface Download {
  readonly url: string;
  /** The name that the browser stores it under. */
  readonly name: string;
  /** The fields of a form to send instead, as a URL of them would be too long. @default none */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** Characters of a URL that every browser and proxy takes. */
const MAX_URL_CHARS = 4000;

/** Returns the download of entries of a folder: a file, or an archive; without entries, of all. */
export function downloadOf(place: Place, entries: readonly Entry[], root: string): Download {
  const [first] = entries;
  const title = place.names.at(-1) ?? root;
  if (entries.length === 1 && first !== undefined) {
    const url = entryUrl(place, first);
    if (first.type === "file") return { url, name: first.name };
    return { url: `${url}?archive=zip`, name: `${first.name}.zip` };
  }
  const query = new URLSearchParams({ archive: "zip" });
  for (const { name } of entries) query.append("name", name);
  const name = `${title}.zip`;
  const url = `${folderUrl(place)}?${query}`;
  if (url.length <= MAX_URL_CHARS) return { url, name };
  return { url: folderUrl(place), name, fields: [...query] };
}
