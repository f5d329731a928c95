/**
 * Limits of mirrors: `--delete` and `watch`.
 *
 * @module
 */

/** Names that a mirror removes at most; fewer if the target has fewer than twice as many. */
export const MAX_MIRROR_REMOVALS = 1000;
/** Local names that a mirror removes before the event loop gets a turn. */
export const LOCAL_REMOVALS_A_TURN = 64;
