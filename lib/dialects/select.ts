/**
 * Telling dialects apart by first bytes.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { COMMAND_SETTLE_MS, MAX_PREFIX_BYTES } from "../base/limits.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import type { Dialect } from "./dialect.ts";

/** What first bytes tell. */
export interface Classification {
  /** Whose they are. */
  readonly dialect?: Dialect;
  /** Whose they are if nothing follows soon. */
  readonly likely?: Dialect;
  /** Whether more bytes may tell. */
  readonly open: boolean;
}

/** The dialect a prefix belongs to, as far as it can be told. */
export function classify(dialects: readonly Dialect[], prefix: Uint8Array): Classification {
  let open = false;
  let likely: Dialect | undefined;
  for (const dialect of dialects) {
    const match = dialect.match?.(prefix) ?? "no";
    if (match === "yes") return { dialect, open: false };
    if (match === "likely") likely ??= dialect;
    if (match !== "no") open = true;
  }
  return { open, likely };
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
    throw protocolError("the peer left before it was clear what it speaks");
  }
}
