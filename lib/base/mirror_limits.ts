/**
 * Limits of mirrors: `--delete` and `watch`.
 *
 * @module
 */

/** Names that a mirror removes at most; fewer if the target has fewer than twice as many. */
export const MAX_MIRROR_REMOVALS = 1000;
/** Local names that a mirror removes before the event loop gets a turn. */
export const LOCAL_REMOVALS_A_TURN = 64;
/** A changed file is sent when it did not change for this long. */
export const WATCH_QUIET_MS = 200;
/** A file that keeps changing is sent after this time all the same. */
export const WATCH_MAX_UNQUIET_MS = 10_000;
/** Changed names above which `watch` looks at the whole folder. */
export const MAX_WATCHED_CHANGES = 5000;
/** Time between two looks at the whole folder, for changes that the system did not report. */
export const WATCH_RESCAN_MS = 300_000;
/** The same where the system reports no changes, as on some network file systems. */
export const WATCH_POLL_MS = 10_000;
/** Uploads of changed names that `watch` has under way at once. */
export const MAX_WATCH_UPLOADS = 4;
/** Names that failed which `watch` tries one by one; for more, it looks at the whole folder again. */
export const MAX_RETRIED_PATHS = 100;
