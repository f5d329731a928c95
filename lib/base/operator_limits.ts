/**
 * Limits of the view that a server gives its admins.
 *
 * @module
 */

/** Events of the log that admins can read in the view. */
export const RECENT_LOG_LINES = 200;
/** Characters of one of these lines. */
export const MAX_RECENT_LINE_CHARS = 2000;
/** Transfers, and connections, that are listed in the view; the others are only counted. */
export const MAX_OPERATOR_ROWS = 200;
/** Interval after which the use of quotas is looked at again for the view, in milliseconds. */
export const OPERATOR_QUOTA_MS = 10_000;
