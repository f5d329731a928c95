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

/** A received frame. Its payload is a view that is valid until the next read. */
export interface Frame {
  /** Four ASCII letters. */
  readonly type: string;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Bytes that follow those in `payload`, and were read to their place. @default none */
  readonly placed?: number;
}

/** The header of a frame. */
export interface FrameHeader {
  readonly type: string;
  /** Bytes in the payload. */
  readonly length: number;
}

/** Returns the maximum payload of a type in bytes; `undefined` for an unknown type. */
export type FrameCaps = (type: string) => number | undefined;

/**
 * Whether a receiver that does not know a type may skip it. Such types begin with a lower-case
 * letter, as in PNG chunks.
 */
export function isOptionalType(type: string): boolean {
  return type >= "a" && type < "{";
}

/**
 * Encodes the header of a frame.
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

/** Returns the total length in bytes. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Encodes a whole frame. Meant for small ones: the parts are copied. */
export function encodeFrame(
  type: string,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  return concat([encodeFrameHeader(type, lengthOf(parts)), ...parts]);
}

/**
 * Decodes the header of a frame.
 *
 * @throws `protocol` if the type is unknown or not four ASCII letters, or the length above its cap.
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

/** Reads an unsigned 32-bit integer, big-endian. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>>
    0;
}
