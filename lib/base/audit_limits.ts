/**
 * The numbers of the audit log. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Bytes of an audit file after which a new one is begun. */
export const MAX_AUDIT_FILE_BYTES = 16 << 20;
/** Audit files that are kept; the oldest are removed, which the log itself records. */
export const MAX_AUDIT_FILES = 32;
/** Entries that wait to be written; further ones are lost, which is logged as an error. */
export const MAX_AUDIT_QUEUE = 65_536;
/** Milliseconds in which entries are collected before they are written together. */
export const AUDIT_WRITE_MS = 200;
/** Milliseconds between attempts to write after an error. */
export const AUDIT_RETRY_MS = 1_000;
/** Characters of a name that an entry has; only malformed names are longer. */
export const MAX_AUDIT_NAME_CHARS = 4_096;
