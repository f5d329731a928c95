/**
 * Names that would meet in one place, found before the first byte moves.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** Something with a place to go to. */
export interface Placed {
  readonly name: string;
  readonly target: string;
}

/**
 * Finds targets that are one and the same.
 *
 * @param folds Whether the place takes names that differ in case or composition for the same.
 * @returns Each item that must not be written, with why.
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

/** What a name is to a place that folds. */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Whether some items would collide only where names fold. */
export function mayFold(items: readonly Placed[]): boolean {
  return new Set(items.map(({ target }) => foldName(target))).size < items.length;
}

/** Whether a local folder takes names that differ in case for the same, found by trying. */
export function localFolds(dir: string): boolean {
  const probe = `${dir}/.ft-probe-${crypto.randomUUID().slice(0, 8)}`;
  try {
    using _file = Deno.openSync(probe, { write: true, createNew: true });
    try {
      Deno.lstatSync(`${dir}/${probe.slice(dir.length + 1).toUpperCase()}`);
      return true;
    } catch {
      return false;
    } finally {
      Deno.removeSync(probe);
    }
  } catch {
    return false;
  }
}
