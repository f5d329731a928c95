/**
 * Limits about reading stored files: a part of `limits.ts`.
 *
 * @module
 */

/** Blocks that one read has hashed concurrently. */
export const READ_AHEAD_BLOCKS = 4;
/** Concurrent reads of one login that read ahead. */
export const MAX_READING_AHEAD = 4;
/** Shared blocks in memory up to which those without a reader are kept for one that is behind. */
export const MAX_SHARED_BLOCKS = 24;
/** A read that takes longer, in milliseconds, did not come from memory. */
export const SLOW_READ_MS = 5;
/** Blocks of a file that are read on another thread after a slow read. */
export const BLOCKS_AFTER_SLOW_READ = 64;
