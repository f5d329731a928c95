/**
 * How the content of an object is cut into parts. Each part has a fixed place, so that blocks may
 * arrive in any order, on any server.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import {
  MAX_OBJECT_PARTS,
  OBJECT_LARGER_PART_BYTES,
  OBJECT_LARGER_PARTS,
  OBJECT_LARGEST_PART_BYTES,
  OBJECT_PART_BYTES,
  OBJECT_SMALL_PARTS,
} from "../base/limits.ts";

/** The place of a part. */
export interface PartPlace {
  /** From 1. */
  readonly number: number;
  /** Its offset in the content. */
  readonly start: number;
  /** Its size in bytes; the last part of an object may have fewer. */
  readonly size: number;
}

/** The parts of each size, in order. */
const RUNS = [
  { parts: OBJECT_SMALL_PARTS, size: OBJECT_PART_BYTES },
  { parts: OBJECT_LARGER_PARTS, size: OBJECT_LARGER_PART_BYTES },
  {
    parts: MAX_OBJECT_PARTS - OBJECT_SMALL_PARTS - OBJECT_LARGER_PARTS,
    size: OBJECT_LARGEST_PART_BYTES,
  },
];

/** Bytes in the largest object that can be uploaded. */
export const MAX_OBJECT_BYTES: number = RUNS.reduce(
  (all, { parts, size }) => all + parts * size,
  0,
);

/**
 * Returns the part at an offset.
 *
 * @throws `limit` for one that no object reaches.
 *
 * @example
 * ```ts
 * import { partAt } from "./part_layout.ts";
 *
 * if (partAt(8 * 1024 * 1024).number !== 2) throw new Error();
 * ```
 */
export function partAt(offset: number): PartPlace {
  let number = 1;
  let start = 0;
  for (const { parts, size } of RUNS) {
    const within = Math.floor((offset - start) / size);
    if (within < parts) return { number: number + within, start: start + within * size, size };
    number += parts;
    start += parts * size;
  }
  throw new FtError("limit", `the store takes no file larger than ${MAX_OBJECT_BYTES} bytes`);
}

/** Returns the part with a number. */
export function partNumbered(wanted: number): PartPlace {
  let number = 1;
  let start = 0;
  for (const { parts, size } of RUNS) {
    const within = wanted - number;
    if (within < parts) return { number: wanted, start: start + within * size, size };
    number += parts;
    start += parts * size;
  }
  throw new FtError("limit", `an object has no part ${wanted}`);
}
