/**
 * Limits of the digests that are remembered for files.
 *
 * @module
 */

/** Files whose digests are cached, on each side; the least recently used are dropped. */
export const MAX_CACHED_MANIFESTS = 500_000;
/**
 * Age of the last change from which on the root of a file is remembered, in milliseconds. The runtime
 * reports whole seconds, so two changes within the same second can look like one.
 */
export const SETTLED_AFTER_MS = 2000;
/** Bytes of a file up to which it is compared with others at a time, before anything is moved. */
export const MAX_COMPARED_BYTES = 64 * 1024 * 1024;
/** Names of an upload's target that are listed before the local tree has been looked at. */
export const MAX_NAMES_AHEAD = 100_000;
/** Local files that are looked at before the connection gets its turn. */
export const LOCAL_LOOKS_A_TURN = 256;
/** Time after which roots of small files that were read are written to the cache, in milliseconds. */
export const ROOTS_WRITE_DELAY_MS = 1000;
/** Such roots that wait to be written. */
export const MAX_ROOTS_UNWRITTEN = 16_384;
/** Verified blocks whose checksums are remembered, in memory; each file counts as 64 more. */
export const MAX_CHECKED_BLOCKS = 256 * 1024;
/** Runs of equal permission bits in a folder whose files have a common digest. */
export const MAX_MODE_RUNS = 32;
/** Listed files after which a server sends the digests of their folders. */
export const DIGESTS_FLUSH_FILES = 256;
/** Folders with differences that a client lists one by one; for more, the whole tree is listed. */
export const MAX_FOLDERS_LISTED = 8;
