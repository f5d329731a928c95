/**
 * The frame types of the native protocol and the most bytes each may carry.
 * docs/PROTOCOL.md has the tables.
 *
 * @module
 */

import { MAX_CONTROL_BYTES, MAX_DATA_BYTES, MAX_DIGESTS_PER_FRAME } from "../base/limits.ts";
import type { FrameCaps } from "../wire/frame.ts";
import { isOptionalType, readUint32 } from "../wire/frame.ts";

/** The version of the protocol this code speaks. */
export const PROTOCOL_VERSION = 1;

const ID = 4;
/** What follows the exchange id in a PACK: two lengths, heads, contents. */
export const MAX_PACK_BYTES: number = 8 + MAX_CONTROL_BYTES + MAX_DATA_BYTES;

/** Every type with its payload's cap. A capital first letter: a receiver must know it. */
export const FRAME_CAPS = {
  /** First frame each way. JSON: {@linkcode Hello}. */
  HELO: MAX_CONTROL_BYTES,
  /** `[id][JSON]`: begins an exchange. Client to server. */
  REQU: ID + MAX_CONTROL_BYTES,
  /** `[id][JSON]`: ends an exchange well. */
  RPLY: ID + MAX_CONTROL_BYTES,
  /** `[id][JSON error]`: ends an exchange badly; id 0 is the whole connection. */
  FAIL: ID + MAX_CONTROL_BYTES,
  /** `[id]`: the other side need not go on. */
  STOP: ID,
  /** `[id][bytes: u32]`: that much of the stream has been consumed. */
  CRED: ID + 4,
  /** `[id][JSON array]`: some results of many. Windowed. */
  ITEM: ID + MAX_CONTROL_BYTES,
  /** `[id][first index: u32][32-byte digests]`. Windowed. */
  DGST: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][index: u32][length: u32][32-byte digest]`: data frames of this block follow. Windowed. */
  BLCK: ID + 40,
  /** `[id][bytes]`: the next piece of the block. Windowed. */
  DATA: ID + MAX_DATA_BYTES,
  /** `[id][raw length: u32][zstd frame]`: the next piece, compressed. Windowed as raw. */
  ZDAT: ID + 4 + MAX_DATA_BYTES,
  /** `[id][seq: u32][JSON length: u32][JSON array][contents]`: small files, whole. Windowed. */
  PACK: ID + MAX_PACK_BYTES,
  /** `[id][raw length: u32][zstd frame]`: what follows the id in a PACK. Windowed as raw. */
  ZPAK: ID + 4 + MAX_PACK_BYTES,
  /** `[id][index: u32][ok: u8]`: an uploaded block was staged, or arrived damaged. */
  ACKN: ID + 5,
  /** `[id][first index: u32][32-byte digests]`: blocks the receiver of an upload holds. Windowed. */
  HELD: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][first index: u32][32-byte digests]`: use these held blocks. Windowed. */
  KEEP: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][JSON]`: make the upload visible. */
  COMT: ID + MAX_CONTROL_BYTES,
  /** `[id]`: forget the upload. */
  DROP: ID,
  /** `[JSON]`: a chat message or notice; may come at any time after `join`. */
  MESG: MAX_CONTROL_BYTES,
  /** `[JSON error]`: the server took the seat back; `join` may take it again. */
  GONE: MAX_CONTROL_BYTES,
  /** `[8 bytes]`: answer with the same in PONG. */
  PING: 8,
  PONG: 8,
  /** `[JSON error]`: the server is about to close; finish what runs, begin nothing. */
  GBYE: MAX_CONTROL_BYTES,
} as const;

/** A frame type this version knows. */
export type FrameType = keyof typeof FRAME_CAPS;

/** Whether this version knows a type. */
export function isFrameType(type: string): type is FrameType {
  return Object.hasOwn(FRAME_CAPS, type);
}

/**
 * Caps for a connection: unknown optional types may come and are skipped, required ones not. What
 * would be a known type but for its case is one that was damaged: skipped, its reply would be
 * waited for without end.
 */
export const nativeCaps: FrameCaps = (type) => {
  if (isFrameType(type)) return FRAME_CAPS[type];
  if (isFrameType(type.toUpperCase())) return undefined;
  return isOptionalType(type) ? MAX_CONTROL_BYTES : undefined;
};

/**
 * Bytes a window counts for a frame: what the receiver has to keep, so compressed data counts as
 * what it comes to. 0 for types outside windows.
 *
 * @param payloadBytes Length of the payload, exchange id included.
 * @param afterId The payload after the exchange id; its first four bytes are enough.
 */
export function windowCost(type: FrameType, payloadBytes: number, afterId: Uint8Array): number {
  switch (type) {
    case "ITEM":
    case "DGST":
    case "HELD":
    case "KEEP":
    case "BLCK":
    case "DATA":
    case "PACK":
      return payloadBytes;
    case "ZDAT":
    case "ZPAK":
      return ID + 4 + (afterId.length < 4 ? 0 : readUint32(afterId, 0));
    default:
      return 0;
  }
}
