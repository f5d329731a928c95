/**
 * The limits of shares, and of the completion of names. Import them from `limits.ts`, which has all limits.
 *
 * @module
 */

const DAY_MS = 24 * 3_600_000;

/** How long a share lives unless its user says otherwise, in milliseconds. */
export const SHARE_TTL_MS = DAY_MS;
/** How long a share lives at most, in milliseconds. */
export const MAX_SHARE_TTL_MS = 30 * DAY_MS;
/** Valid shares of one login. */
export const MAX_SHARES = 100;
/** Shares that a connection may make or revoke in quick succession. */
export const SHARE_BURST = 20;
/** Shares that a connection may make or revoke per second, after the burst. */
export const SHARES_PER_SECOND = 2;
/** Time in which a shell gets the names that complete a line, in milliseconds. */
export const COMPLETION_TIMEOUT_MS = 1000;
/** Names that complete a line. */
export const MAX_COMPLETED_NAMES = 2000;
