/**
 * The names in a folder that a client selects for an archive.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { MAX_SELECTED_NAMES } from "../../base/limits.ts";
import { HttpError } from "../http/http_error.ts";

/**
 * Reads the names of a query or a form. What lies below another selected name is left out, as the
 * archive has it anyway.
 *
 * @returns Paths relative to the folder; none for everything in it.
 * @throws {HttpError} 400 for an empty name, 413 for too many.
 *
 * @example
 * ```ts
 * import { selectedNames } from "./selection.ts";
 *
 * const names = selectedNames(new URLSearchParams("name=a&name=a/b&name=c/d&name=a"));
 * if (names.join() !== "a,c/d") throw new Error();
 * ```
 */
export function selectedNames(fields: URLSearchParams): readonly string[] {
  const given = fields.getAll("name");
  if (given.length > MAX_SELECTED_NAMES) {
    throw new HttpError(413, `more than ${MAX_SELECTED_NAMES} names are selected`);
  }
  const names = new Set(given.map(normalized));
  return [...names].filter((name) => !parentsOf(name).some((parent) => names.has(parent)));
}

/** The name without what does not matter in a path, so that each file is selected once. */
function normalized(given: string): string {
  const name = given.split("/").filter((part) => part !== "" && part !== ".").join("/");
  if (name !== "" && !given.startsWith("/")) return name;
  throw new HttpError(400, `not a name in this folder: ${given || "(empty)"}`);
}

function parentsOf(name: string): string[] {
  const parents: string[] = [];
  for (let at = dirname(name); at !== "."; at = dirname(at)) parents.push(at);
  return parents;
}
