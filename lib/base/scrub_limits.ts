/**
 * The numbers of scrubs. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Milliseconds after which the progress of a scrub is stored. */
export const SCRUB_SAVE_MS = 5_000;
/** Bytes per second that a scheduled scrub reads, so that it is not noticed beside transfers. */
export const SCRUB_BYTES_PER_SECOND = 32 << 20;
/** Milliseconds between two looks whether a scheduled scrub is due. */
export const SCRUB_LOOK_MS = 60_000;
/** Milliseconds after which a server answers a command that it still repairs a file. */
export const REPAIR_ANSWER_MS = 2_000;
/** Damaged files that the result of a scrub names. */
export const MAX_NAMED_DAMAGE = 1_000;
