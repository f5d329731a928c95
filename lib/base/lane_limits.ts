/**
 * Limits about lanes, the further connections of one client: a part of `limits.ts`.
 *
 * @module
 */

const MiB = 1024 * 1024;

/** Connections that one client uses for a file, the first included. */
export const MAX_LANES = 8;
/** Further connections of all clients, in percent of the maximum number of connections. */
export const LANE_PERCENT = 25;
/** Downloads over several connections that a server tracks for one login. */
export const MAX_LANED_READS = 16;
/** Bytes that must be left of a file before it gets a further connection. */
export const LANE_MIN_BYTES: number = 8 * MiB;
/** Blocks of a file that a connection takes over from another one at least. */
export const MIN_RUN_BLOCKS = 2;
/** Blocks of an upload that a further connection has under way. */
export const LANE_BLOCKS_IN_FLIGHT = 4;
/** The least time over which the rate of some connections is measured, in milliseconds. */
export const LANE_STEP_MS = 200;
/** Blocks for each connection over which it is measured at least. */
export const LANE_STEP_BLOCKS = 2;
/** Time that a file must still take before it gets a further connection, in milliseconds. */
export const LANE_WORTH_MS = 750;
/** Bytes per second that need no further connection: processors limit them, not the line. */
export const LANE_ENOUGH_RATE: number = 200 * MiB;
/** The first wait until connections that brought nothing are tried again, in milliseconds. */
export const LANE_HOLD_MS = 5000;
/** The longest such wait; each is twice as long as the one before. */
export const MAX_LANE_HOLD_MS = 60_000;
/** Time without a block after which others take over those of a connection, in milliseconds. */
export const LANE_STALL_MS = 3000;
/** Further connections that one transfer may lose before it opens no more. */
export const MAX_LOST_LANES = 16;
