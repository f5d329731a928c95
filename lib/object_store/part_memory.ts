/**
 * Memory of parts, used again: new memory for each part would be freed much later than it is needed.
 *
 * @module
 */

import { MAX_PARTS_SENDING, OBJECT_PART_BYTES } from "../base/limits.ts";

const free: Uint8Array<ArrayBuffer>[] = [];

/** Returns memory that is all zeros. */
export function takePartMemory(size: number): Uint8Array<ArrayBuffer> {
  const kept = size === OBJECT_PART_BYTES ? free.pop() : undefined;
  return kept?.fill(0) ?? new Uint8Array(size);
}

/** Gives memory back that nobody uses any more. */
export function givePartMemory(memory: Uint8Array<ArrayBuffer>): void {
  const whole = memory.byteOffset === 0 && memory.length === OBJECT_PART_BYTES;
  if (whole && free.length < MAX_PARTS_SENDING) free.push(memory);
}
