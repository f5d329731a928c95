/**
 * Finds files that would overwrite each other, before the first byte moves.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { lstatOrNull } from "../../base/missing_files.ts";
import { probeFile } from "../../base/probe_file.ts";
import { PROBE } from "./local_path.ts";

/** Names that have only one composition, as nearly all have. */
// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;

/** A file and the path it goes to. */
export interface Placed {
  readonly name: string;
  readonly target: string;
}

/**
 * Finds items that have the same target.
 *
 * @param folds Whether the target folder ignores case and composition.
 * @returns Each item that must not be written, with the reason.
 */
export function collisions<T extends Placed>(
  items: readonly T[],
  folds: boolean,
): Map<T, FtError> {
  const firsts = new Map<string, T>();
  const found = new Map<T, FtError>();
  for (const item of items) {
    const key = folds ? foldName(item.target) : item.target;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, item);
      continue;
    }
    for (const [one, other] of [[first, item], [item, first]] as const) {
      const message = `${one.name} and ${other.name} would both be ${one.target}`;
      found.set(one, new FtError("conflict", message, { name: one.name }));
    }
  }
  return found;
}

/** A name as a folder that ignores case and composition compares it. */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Whether some items would collide in a folder that ignores case and composition. */
export function mayFold(items: readonly Placed[]): boolean {
  return new Set(items.map(({ target }) => foldName(target))).size < items.length;
}

/** Whether a local folder ignores the case of names; creates and removes a file to find out. */
export function foldsNames(dir: string): boolean {
  try {
    const upper = `${dir}/${PROBE.toUpperCase()}`;
    return probeFile(`${dir}/${PROBE}`, () => lstatOrNull(upper) !== null);
  } catch {
    return false;
  }
}
