/**
 * Times of files that clients set by properties.
 *
 * @module
 */

import type { FileInfo } from "../../service/files.ts";
import type { Place } from "../files/place.ts";
import { rootOfVersion } from "../files/version_root.ts";
import { parseHttpDate } from "../http/http_dates.ts";
import { keyOf, WIN32 } from "./live_properties.ts";
import { DAV, textOf, type XmlElement, type XmlName } from "./xml/element.ts";

const SETTABLE = new Set([
  keyOf({ namespace: DAV, name: "getlastmodified" }),
  keyOf({ namespace: WIN32, name: "Win32LastModifiedTime" }),
]);

/** Whether a property is the time of the last change of a file. */
export function isTimeOf({ type }: FileInfo, name: XmlName): boolean {
  return type === "file" && SETTABLE.has(keyOf(name));
}

/** Reads a time, in milliseconds since 1970; `undefined` for an invalid one. */
export function timeIn(property: XmlElement): number | undefined {
  return parseHttpDate(textOf(property));
}

/**
 * Sets the time of the last change of a file.
 *
 * @throws As {@linkcode rootOfVersion} and `Files.setFacts`.
 */
export async function setTime(
  place: Place,
  info: FileInfo,
  mtimeMs: number,
  signal: AbortSignal,
): Promise<void> {
  const root = info.root ?? await rootOfVersion(place, info, signal);
  const { mode, executable } = info;
  await place.files.setFacts(info.path, { root, mtimeMs, mode, executable, signal });
}
