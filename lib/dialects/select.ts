/**
 * Recognises the dialect of a connection by its first bytes.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { COMMAND_SETTLE_MS, MAX_PREFIX_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { Dialect } from "./dialect.ts";

/** The result of examining the first bytes. */
export interface Classification {
  /** The dialect, if it is certain. */
  readonly dialect?: Dialect;
  /** The dialect, if no more bytes arrive soon. */
  readonly likely?: Dialect;
  /** Whether more bytes can change the result. */
  readonly open: boolean;
}

/** Finds the dialect a prefix belongs to, as far as it is certain. */
export function classify(dialects: readonly Dialect[], prefix: Uint8Array): Classification {
  let open = false;
  let likely: Dialect | undefined;
  for (const dialect of dialects) {
    const match = dialect.match(prefix);
    if (match === "yes") return { dialect, open: false };
    if (match === "likely") likely ??= dialect;
    if (match !== "no") open = true;
  }
  return { open, likely };
}

/**
 * Waits until the first bytes show which dialect a client uses.
 *
 * @returns `null` if the client disconnects without sending anything.
 * @throws `protocol` as soon as the bytes cannot belong to any dialect.
 */
export async function select(
  dialects: readonly Dialect[],
  reader: ByteReader,
  signal: AbortSignal,
): Promise<Dialect | null> {
  while (true) {
    const prefix = reader.peekBuffered().subarray(0, MAX_PREFIX_BYTES);
    const { dialect, likely, open } = classify(dialects, prefix);
    if (dialect !== undefined) return dialect;
    if (!open || prefix.length === MAX_PREFIX_BYTES) {
      if (likely !== undefined) return likely;
      throw protocolError("the first bytes belong to no dialect");
    }
    const before = prefix.length;
    const more = likely === undefined
      ? await reader.fill(signal)
      : await reader.fillWithin(COMMAND_SETTLE_MS, signal);
    if (more === true) continue;
    if (likely !== undefined) return likely;
    if (before === 0) return null;
    throw protocolError("the client disconnected before its dialect was known");
  }
}
