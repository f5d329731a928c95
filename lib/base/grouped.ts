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
