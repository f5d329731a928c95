/**
 * The numbers of a client of several servers. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Servers in one `--host`. */
export const MAX_CLUSTER_HOSTS = 16;
/** A client's wait for a connection while there is another server to try, in milliseconds. */
export const CLUSTER_DIAL_TIMEOUT_MS = 3_000;
/** Milliseconds for which a server that failed is tried after the others. */
export const FAILED_SERVER_REST_MS = 30_000;
