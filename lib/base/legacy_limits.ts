/**
 * The limits of the legacy dialects. Import them from `limits.ts`, which has all limits.
 *
 * @module
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Wait for the rest of a text command that may be incomplete, in milliseconds. */
export const COMMAND_SETTLE_MS = 500;
/** Bytes of a `line` command. */
export const MAX_LINE_BYTES = 16 * KiB;
/** Pause between two writes that a legacy peer must not read as one, in milliseconds. */
export const DIALECT_PAUSE_MS = 50;
/** Bytes of a `json` message. */
export const MAX_JSON_BYTES = 64 * MiB;
/** Fields of a `json` message. */
export const MAX_JSON_FIELDS = 16;
/** Large `json` messages in memory concurrently. */
export const MAX_LARGE_JSON = 4;
/** The same for the connections of one host. */
export const MAX_LARGE_JSON_PER_HOST = 2;
/** Time in which a `json` message must arrive, and an answer must be read, in milliseconds. */
export const JSON_MESSAGE_TIMEOUT_MS = 120_000;
/** Bytes of a `json` message that does not count as large. */
export const SMALL_JSON_BYTES = 256 * KiB;
/** Bytes of a `framed` frame of an unknown type, which is skipped. */
export const MAX_SKIPPED_FRAME_BYTES = 64 * MiB;
/** Wait of a small answer or a broadcast for a legacy peer that does not read, in milliseconds. */
export const UNREAD_TIMEOUT_MS = 60_000;
/** Time a connection stays open after the last answer, for its reader, in milliseconds. */
export const LINGER_MS = 2000;
/** Bytes read and discarded during that time. */
export const MAX_LINGER_BYTES = MiB;
