/**
 * The binary fields with a file's name and size in the `framed` and `oneshot` dialects.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { uint32s } from "../native/messages.ts";

const utf8 = new TextEncoder();

/** Encodes `[4-byte name length][name]`; numbers are big-endian. */
export function encodeName(name: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(name);
  return concat([uint32s(bytes.length), bytes]);
}

/** Encodes `[4-byte name length][name][8-byte size]`; numbers are big-endian. */
export function encodeNameAndSize(name: string, size: number): Uint8Array<ArrayBuffer> {
  const sizeBytes = new Uint8Array(8);
  new DataView(sizeBytes.buffer).setBigUint64(0, BigInt(size));
  return concat([encodeName(name), sizeBytes]);
}
