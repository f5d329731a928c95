/**
 * Functions that the matchers of the dialects share.
 *
 * @module
 */

import { readUint32 } from "../wire/frame.ts";
import type { Match } from "./dialect.ts";

/** The byte of `{`, which a JSON object starts with. */
export const OPEN_BRACE = 0x7b;

/** Decodes ASCII; any other byte becomes one other character, so that positions are kept. */
export function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Whether text begins with one of the words; `more` while it could still become one. */
export function beginsWith(prefix: string, words: readonly string[]): Match {
  if (words.some((word) => prefix.startsWith(word))) return "yes";
  return words.some((word) => word.startsWith(prefix)) ? "more" : "no";
}

/** Whether bytes begin with a frame of these types, below 4 GiB: its first four bytes are 0. */
export function beginsWithFrame(prefix: Uint8Array, types: readonly string[]): Match {
  if (prefix.subarray(0, 4).some((byte) => byte !== 0)) return "no";
  return beginsWith(asciiOf(prefix.subarray(8, 12)), types);
}

/** Splits a 32-bit length from what follows it; `undefined` while the length is incomplete. */
export function lengthPrefixed(
  prefix: Uint8Array,
): { readonly length: number; readonly body: Uint8Array } | undefined {
  if (prefix.length < 4) return undefined;
  return { length: readUint32(prefix, 0), body: prefix.subarray(4) };
}
