/**
 * Groups of items, limited in number and size.
 *
 * @module
 */

/**
 * Splits items into groups. An item larger than `maxBytes` gets a group of its own.
 *
 * @param maxItems Items in a group.
 * @param maxBytes Bytes in a group.
 *
 * @example
 * ```ts
 * import { grouped } from "./grouped.ts";
 *
 * const groups = [...grouped([3, 3, 3], 9, 6, (n) => n)];
 * if (groups.length !== 2) throw new Error();
 * ```
 */
export function* grouped<T>(
  items: Iterable<T>,
  maxItems: number,
  maxBytes: number,
  bytesOf: (item: T) => number,
): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (group.length > 0 && (group.length === maxItems || bytes + size > maxBytes)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/**
 * Splits items into groups as {@linkcode grouped}, and keeps neighbours with the same key together
 * where a group can hold them.
 *
 * @param keyOf The key of an item, such as its folder.
 *
 * @example
 * ```ts
 * import { groupedByKey } from "./grouped.ts";
 *
 * const words = ["a1", "a2", "b1", "b2"];
 * const groups = [...groupedByKey(words, 3, 99, () => 1, (word) => word.charAt(0))];
 * if (groups.join(" ") !== "a1,a2 b1,b2") throw new Error();
 * ```
 */
export function* groupedByKey<T>(
  items: Iterable<T>,
  maxItems: number,
  maxBytes: number,
  bytesOf: (item: T) => number,
  keyOf: (item: T) => string,
): Generator<T[]> {
  const sizeOf = (run: readonly T[]) => run.reduce((sum, item) => sum + bytesOf(item), 0);
  let group: T[] = [];
  for (const run of runsByKey(items, keyOf)) {
    const fits = group.length + run.length <= maxItems && sizeOf(group) + sizeOf(run) <= maxBytes;
    if (!fits && group.length > 0) {
      yield group;
      group = [];
    }
    if (run.length <= maxItems && sizeOf(run) <= maxBytes) group.push(...run);
    else yield* grouped(run, maxItems, maxBytes, bytesOf);
  }
  if (group.length > 0) yield group;
}

/** Splits items into runs of neighbours with the same key. */
function* runsByKey<T>(items: Iterable<T>, keyOf: (item: T) => string): Generator<T[]> {
  let run: T[] = [];
  let last: string | undefined;
  for (const item of items) {
    const key = keyOf(item);
    if (run.length > 0 && key !== last) {
      yield run;
      run = [];
    }
    last = key;
    run.push(item);
  }
  if (run.length > 0) yield run;
}
