/**
 * Frames inside another one. If the length of a frame was damaged on the way, it swallows those that
 * follow, and the keepalives among them look like its content.
 *
 * @module
 */

import { FRAME_HEADER_BYTES, readUint32 } from "../wire/frame.ts";
import { FRAME_CAPS, type FrameType } from "./frame_types.ts";

/** Frames that come again and again, and belong to no exchange. */
const REPEATED: ReadonlySet<string> = new Set<FrameType>(["PING", "PONG", "MESG"]);

/**
 * Whether bytes that arrived inside a frame are exactly one or more of these frames, so that they
 * do not show that the peer sends the rest of it.
 */
export function isSwallowed(bytes: Uint8Array): boolean {
  let at = 0;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const type = String.fromCharCode(...bytes.subarray(at + 8, at + FRAME_HEADER_BYTES));
    const length = readUint32(bytes, at + 4);
    if (readUint32(bytes, at) > 0 || !REPEATED.has(type)) return false;
    if (length > FRAME_CAPS[type as FrameType]) return false;
    at += FRAME_HEADER_BYTES + length;
  }
  return at > 0 && at === bytes.length;
}
