/**
 * The frame of the native protocol and of the `framed` dialect:
 * `[8-byte payload length, big-endian][4 ASCII type][payload]`.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { protocolError } from "../base/errors.ts";

/** Bytes before the payload. */
export const FRAME_HEADER_BYTES = 12;

/** A frame that has arrived. Its payload is a view that holds until the next read. */
export interface Frame {
  /** Four ASCII letters. */
  readonly type: string;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** What is known of a frame before its payload. */
export interface FrameHeader {
  readonly type: string;
  /** Bytes in the payload. */
  readonly length: number;
}

/** The most bytes a type's payload may have; `undefined` for a type that is not known. */
export type FrameCaps = (type: string) => number | undefined;

/**
 * Whether a receiver that does not know a type may skip it: one that begins with a lower-case
 * letter. The letter is the flag, as in PNG chunks.
 */
export function isOptionalType(type: string): boolean {
  return type >= "a" && type < "{";
}

/**
 * The twelve bytes before a payload.
 *
 * @example
 * ```ts
 * import { encodeFrameHeader } from "./frame.ts";
 *
 * const header = encodeFrameHeader("FILE", 5);
 * if (header[7] !== 5 || header[8] !== 0x46) throw new Error();
 * ```
 */
export function encodeFrameHeader(type: string, length: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  new DataView(header.buffer).setBigUint64(0, BigInt(length));
  for (let i = 0; i < 4; i++) header[8 + i] = type.charCodeAt(i);
  return header;
}

/** Bytes of all parts. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** A whole small frame. */
export function encodeFrame(
  type: string,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  return concat([encodeFrameHeader(type, lengthOf(parts)), ...parts]);
}

/**
 * Reads the twelve bytes before a payload.
 *
 * @throws `protocol` when the type is not four ASCII letters or the length is above its cap.
 */
export function decodeFrameHeader(bytes: Uint8Array, caps: FrameCaps): FrameHeader {
  const type = String.fromCharCode(bytes[8]!, bytes[9]!, bytes[10]!, bytes[11]!);
  if (!/^[A-Za-z]{4}$/.test(type)) throw protocolError("a frame's type is not four letters");
  const high = readUint32(bytes, 0);
  const length = high * 0x1_0000_0000 + readUint32(bytes, 4);
  const cap = caps(type);
  if (cap === undefined) throw protocolError(`unknown frame type ${type}`);
  if (high > 0x1f_ffff || length > cap) {
    throw protocolError(`frame ${type} is longer than its cap of ${cap} bytes`);
  }
  return { type, length };
}

/** Four bytes, big-endian. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>>
    0;
}
