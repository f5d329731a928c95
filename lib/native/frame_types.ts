/**
 * The frame types of the native protocol and their maximum payloads. docs/PROTOCOL.md has the tables.
 *
 * @module
 */

import {
  BLOCK_BYTES,
  MAX_CONTROL_BYTES,
  MAX_DATA_BYTES,
  MAX_DIGESTS_PER_FRAME,
} from "../base/limits.ts";
import type { FrameCaps } from "../wire/frame.ts";
import { isOptionalType, readUint32 } from "../wire/frame.ts";

/** The protocol version of this implementation. */
export const PROTOCOL_VERSION = 1;

const ID = 4;
/** The maximum payload of a PACK after the exchange id: two lengths, heads, contents. */
export const MAX_PACK_BYTES: number = 8 + MAX_CONTROL_BYTES + MAX_DATA_BYTES;

/**
 * The maximum payload of each type. A receiver must know every type that begins with a capital.
 */
export const FRAME_CAPS = {
  /** First frame each way. JSON: {@linkcode Hello}. */
  HELO: MAX_CONTROL_BYTES,
  /** `[id][JSON]`: begins an exchange. Client to server. */
  REQU: ID + MAX_CONTROL_BYTES,
  /** `[id][JSON]`: ends an exchange with success. */
  RPLY: ID + MAX_CONTROL_BYTES,
  /** `[id][JSON error]`: ends an exchange with an error; id 0 means the whole connection. */
  FAIL: ID + MAX_CONTROL_BYTES,
  /** `[id]`: cancels an exchange. */
  STOP: ID,
  /** `[id][bytes: u32]`: bytes of the stream that have been consumed. */
  CRED: ID + 4,
  /** `[id][JSON array]`: some of many results. Windowed. */
  ITEM: ID + MAX_CONTROL_BYTES,
  /** `[id][first index: u32][32-byte digests]`. Windowed. */
  DGST: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][index: u32][length: u32][32-byte digest]`: data frames follow. Windowed. */
  BLCK: ID + 40,
  /** `[id][bytes]`: the next piece of the block. Windowed. */
  DATA: ID + MAX_DATA_BYTES,
  /** `[id][bytes]`: the same in one piece, to a peer with the feature for it. Windowed. */
  BULK: ID + BLOCK_BYTES,
  /** `[id][raw length: u32][zstd frame]`: the next piece, compressed. Windowed as raw. */
  ZDAT: ID + 4 + MAX_DATA_BYTES,
  /** `[id][seq: u32][JSON length: u32][JSON array][contents]`: small files, whole. Windowed. */
  PACK: ID + MAX_PACK_BYTES,
  /** `[id][raw length: u32][zstd frame]`: a PACK without its id. Windowed as raw. */
  ZPAK: ID + 4 + MAX_PACK_BYTES,
  /** `[id][index: u32][ok: u8]`: an uploaded block was staged, or arrived damaged. */
  ACKN: ID + 5,
  /** `[id][first index: u32][32-byte digests]`: blocks the receiver of an upload has. Windowed. */
  HELD: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][first index: u32][32-byte digests]`: use these held blocks. Windowed. */
  KEEP: ID + 4 + MAX_DIGESTS_PER_FRAME * 32,
  /** `[id][JSON]`: make the upload visible. */
  COMT: ID + MAX_CONTROL_BYTES,
  /** `[id]`: discard the upload. */
  DROP: ID,
  /** `[id][first block: u32]`: the read ends before this block. Client to server. */
  UPTO: ID + 4,
  /** `[JSON]`: a chat message or notice; may arrive at any time after `join`. */
  MESG: MAX_CONTROL_BYTES,
  /** `[JSON error]`: the server removed the seat; `join` may request another. */
  GONE: MAX_CONTROL_BYTES,
  /** `[8 bytes]`: requests a PONG with the same bytes. */
  PING: 8,
  PONG: 8,
  /** `[JSON error]`: the server is about to close; finish active requests, begin none. */
  GBYE: MAX_CONTROL_BYTES,
} as const;

/** A known frame type. */
export type FrameType = keyof typeof FRAME_CAPS;

/** Whether a frame type is known. */
export function isFrameType(type: string): type is FrameType {
  return Object.hasOwn(FRAME_CAPS, type);
}

/** Frame types that are dispatched to their exchange. */
export const STREAM_TYPES: ReadonlySet<FrameType> = new Set<FrameType>([
  ...["ITEM", "DGST", "BLCK", "DATA", "BULK", "ZDAT", "PACK", "ZPAK"] as const,
  ...["ACKN", "HELD", "KEEP", "COMT", "DROP", "UPTO"] as const,
]);

/** Frame types of a client that may cross the reply on the way. */
export const CROSSING: ReadonlySet<FrameType> = new Set<FrameType>(["DROP", "UPTO"]);

/** Frame types that bring something for an exchange. */
export const ANSWER_TYPES: ReadonlySet<string> = new Set<FrameType>(
  [...STREAM_TYPES, "CRED", "RPLY", "FAIL"],
);

/**
 * The caps of a native connection. Unknown types are skipped if they are optional and refused if
 * not. A type that differs from a known one only in case was damaged on the way; it is refused,
 * because skipping a damaged reply would leave a request waiting forever.
 */
export const nativeCaps: FrameCaps = (type) => {
  if (isFrameType(type)) return FRAME_CAPS[type];
  if (isFrameType(type.toUpperCase())) return undefined;
  return isOptionalType(type) ? MAX_CONTROL_BYTES : undefined;
};

/**
 * Returns the cost of a frame in a window: the bytes a receiver must buffer, so compressed data
 * counts with its raw length. 0 for types that are not windowed.
 *
 * @param payloadBytes The length of the payload, exchange id included.
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
    case "BULK":
    case "PACK":
      return payloadBytes;
    case "ZDAT":
    case "ZPAK":
      return ID + 4 + (afterId.length < 4 ? 0 : readUint32(afterId, 0));
    default:
      return 0;
  }
}
