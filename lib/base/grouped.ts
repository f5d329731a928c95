/**
 * Items in groups of bounded number and size.
 *
 * @module
 */

/**
 * Cuts items into groups. An item larger than a group has one of its own.
 *
 * @param most Items in a group.
 * @param mostBytes Bytes in a group.
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
  most: number,
  mostBytes: number,
  bytesOf: (item: T) => number,
): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (group.length > 0 && (group.length === most || bytes + size > mostBytes)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
