/**
 * Frames of the native protocol on the wire: an 8-byte length, a type of four letters, a payload.
 * This does not use the library, whose faults would otherwise stay hidden.
 *
 * @module
 */

import type { Find } from "../testing/network/faults.ts";

/** The bytes before the payload. */
export const HEADER_BYTES = 12;

/** The bytes of a payload that are examined: they identify a block. */
const PEEK_BYTES = 8;

/** A frame whose first bytes have passed. */
export interface PassingFrame {
  readonly type: string;
  /** The length of the payload in bytes. */
  readonly length: number;
  /** The offset of its first byte in its direction. */
  readonly at: number;
  /** The second word of the payload: a block's index in `BLCK`; 0 in a shorter one. */
  readonly index: number;
}

/**
 * Returns a function that gets every piece of a direction in order, and reports each frame.
 *
 * @param peek The bytes of a payload to wait for, which may come in a later piece than the header.
 */
export function frameFollower(onFrame: (frame: PassingFrame) => void, peek = PEEK_BYTES) {
  const start = new Uint8Array(HEADER_BYTES + PEEK_BYTES);
  const view = new DataView(start.buffer);
  const length = () => Number(view.getBigUint64(0));
  let [have, next] = [0, 0];
  return (piece: Uint8Array, at: number): void => {
    for (const end = at + piece.length; next + have < end;) {
      const wanted = HEADER_BYTES + (have < HEADER_BYTES ? 0 : Math.min(length(), peek));
      const from = next + have - at;
      const part = piece.subarray(from, from + wanted - have);
      start.set(part, have);
      have += part.length;
      const whole = HEADER_BYTES + Math.min(length(), peek);
      if (have < HEADER_BYTES || have < whole) continue;
      const type = new TextDecoder().decode(start.subarray(8, HEADER_BYTES));
      const index = Math.min(length(), peek) < PEEK_BYTES ? 0 : view.getUint32(HEADER_BYTES + 4);
      onFrame({ type, length: length(), at: next, index });
      next += HEADER_BYTES + length();
      have = 0;
    }
  };
}

/** Types of frames with content of a block. */
export const CONTENT: ReadonlySet<string> = new Set(["DATA", "BULK"]);

/**
 * Finds a place by the frames of a direction.
 *
 * @param place Returns the offset in a frame, or null if the place is not in it.
 * @param peek See {@linkcode frameFollower}.
 */
export function findFrame(place: (frame: PassingFrame) => number | null, peek?: number): Find {
  let found: number | null = null;
  const follow = frameFollower((frame) => {
    const into = found === null ? place(frame) : null;
    if (into !== null) found = frame.at + into;
  }, peek);
  return (piece, at) => {
    follow(piece, at);
    return found;
  };
}

/** Encodes a frame. */
export function frame(type: string, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length));
  bytes.set(new TextEncoder().encode(type), 8);
  let at = HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
