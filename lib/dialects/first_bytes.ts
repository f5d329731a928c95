/**
 * What the dialects' matchers share.
 *
 * @module
 */

import { readUint32 } from "../wire/frame.ts";
import type { Match } from "./dialect.ts";

/** ASCII as text; every other byte as some other letter, so that positions stay. */
export function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Whether a prefix begins with one of some words; `more` while it is shorter and agrees. */
export function beginsWith(prefix: string, words: readonly string[]): Match {
  if (words.some((word) => prefix.startsWith(word))) return "yes";
  return words.some((word) => word.startsWith(prefix)) ? "more" : "no";
}

/** Four zero bytes, four of any value, then one of some frame types. */
export function beginsWithFrame(prefix: Uint8Array, types: readonly string[]): Match {
  if (prefix.subarray(0, 4).some((byte) => byte !== 0)) return "no";
  return beginsWith(asciiOf(prefix.subarray(8, 12)), types);
}

/** A 32-bit length and what follows it; `undefined` while the length is not there. */
export function lengthPrefixed(
  prefix: Uint8Array,
): { readonly length: number; readonly body: Uint8Array } | undefined {
  if (prefix.length < 4) return undefined;
  return { length: readUint32(prefix, 0), body: prefix.subarray(4) };
}
