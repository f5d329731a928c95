/**
 * Telling dialects apart by first bytes.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { MAX_PREFIX_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The dialect a prefix belongs to.
 *
 * @returns `more` while it cannot be told, `null` when it is nobody's.
 */
export function classify(
  dialects: readonly Dialect[],
  prefix: Uint8Array,
): Dialect | "more" | null {
  let undecided = false;
  for (const dialect of dialects) {
    const match = dialect.match?.(prefix) ?? "no";
    if (match === "yes") return dialect;
    if (match === "more") undecided = true;
  }
  return undecided ? "more" : null;
}

/**
 * Waits for enough bytes to tell.
 *
 * @returns `null` when the peer left without a word.
 * @throws `protocol` when the bytes are nobody's.
 */
export async function select(
  dialects: readonly Dialect[],
  reader: ByteReader,
  signal: AbortSignal,
): Promise<Dialect | null> {
  let wanted = 1;
  while (true) {
    const before = (await reader.peek(wanted, signal)).length;
    if (before === 0) return null;
    const found = classify(dialects, reader.peekBuffered().subarray(0, MAX_PREFIX_BYTES));
    if (found !== "more" && found !== null) return found;
    if (found === null || before < wanted || before >= MAX_PREFIX_BYTES) {
      throw protocolError("the first bytes belong to no dialect");
    }
    wanted = reader.buffered + 1;
  }
}
