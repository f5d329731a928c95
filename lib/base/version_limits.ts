/**
 * The numbers of kept versions. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Versions of one name that a server keeps, by default. */
export const KEEP_VERSIONS = 3;
/** How long a version is kept, by default, in milliseconds. */
export const KEEP_VERSIONS_MS = 30 * 24 * 3_600_000;
/** Bytes of all versions together, in percent of the disk. */
export const KEEP_VERSIONS_PERCENT = 10;
/** The same in bytes where the size of the disk is not known. */
export const KEEP_VERSIONS_BYTES = 10 * 2 ** 30;
/** All versions together: each is a file, however small. */
export const MAX_VERSIONS = 500_000;
/** Delay until new versions are in the index; a crash before that loses nothing, in milliseconds. */
export const VERSIONS_WRITE_DELAY_MS = 200;
/** New versions that wait for it. */
export const MAX_VERSIONS_UNWRITTEN = 512;
/** Versions in one folder on the disk. */
export const VERSIONS_PER_FOLDER = 4096;
/** Bytes that the oldest versions give back at once when the disk is full. */
export const VERSIONS_ROOM_BYTES = 64 * 2 ** 20;
/** Interval between two looks for versions that are too old, in milliseconds. */
export const VERSIONS_SWEEP_MS = 3_600_000;
/** How long a clock that jumped must run evenly before a version can be too old, in milliseconds. */
export const VERSIONS_CLOCK_MS = 24 * 3_600_000;
/** Attempts to publish a file in a bucket while other servers replace what is to be kept. */
export const MAX_KEEPING_TRIES = 5;
/** Names with versions that are looked up at a time. */
export const VERSIONS_PAGE = 256;
/** Deleted names in one answer over HTTP. */
export const MAX_LISTED_VERSIONS = 10_000;
