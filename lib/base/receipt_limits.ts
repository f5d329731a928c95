/**
 * The numbers of receipts. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Receipts that a login gets at once after a pause; each costs the server a signature. */
export const RECEIPT_BURST = 20_000;
/** Receipts per second beyond them. */
export const RECEIPTS_PER_SECOND = 2_000;
/** Receipts that a client asks for at once. */
export const RECEIPTS_AT_ONCE = 16;
/** Bytes of a file of receipts that is read. */
export const MAX_RECEIPT_FILE_BYTES = 256 << 20;
