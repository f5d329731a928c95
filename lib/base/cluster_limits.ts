/**
 * The numbers of several servers with the same files. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Servers in one `--host`. */
export const MAX_CLUSTER_HOSTS = 16;
/** A client's wait for a connection while there is another server to try, in milliseconds. */
export const CLUSTER_DIAL_TIMEOUT_MS = 3_000;
/** Milliseconds for which a server that failed is tried after the others. */
export const FAILED_SERVER_REST_MS = 30_000;
/** A server's wait for an answer of the bus of its cluster, in milliseconds. */
export const BUS_TIMEOUT_MS = 5_000;
/** A starting server's wait until the nodes of the bus have elected a leader, in milliseconds. */
export const BUS_ELECTION_MS = 20_000;
/** Interval between attempts to connect to the bus again, in milliseconds. */
export const BUS_RECONNECT_MS = 250;
/** Interval between pings to the bus, of which it may miss two, in milliseconds. */
export const BUS_PING_MS = 2_000;
/** Silence of what a server follows on the bus after which it begins again, in milliseconds. */
export const BUS_SILENCE_MS = 2_000;
/** Bytes in one value or message on the bus: what NATS takes by default. */
export const MAX_BUS_VALUE_BYTES = 1024 * 1024;
/** Bytes in the greeting of a server of the bus, which names all of its servers. */
export const MAX_GREETING_BYTES = 64 * 1024;
/** Attempts to change what several servers of a cluster change at once. */
export const MAX_CLUSTER_SWAPS = 32;
/** Interval at which a server gives up leases of its own clients that have ended, in milliseconds. */
export const LEASE_SWEEP_MS = 1_000;
/** Interval at which a server looks for changed users, tokens and rules, in milliseconds. */
export const USERS_LOOK_MS = 250;
/** Interval at which a server shows the others that it runs, and its chat with it, in milliseconds. */
export const SEAT_BEAT_MS = 2_000;
/**
 * Milliseconds without such a sign, while those of others come, after which its seats in the chat
 * are gone.
 */
export const SEAT_LAPSE_MS = 7_000;
/** Leases of all servers of a cluster. */
export const MAX_CLUSTER_LEASES = 2_000;
/** Interval after which failed logins are sent again that the others could not learn, in milliseconds. */
export const LOGIN_SHARE_RETRY_MS = 1_000;
/** Bytes of the failed logins of all servers of a cluster. */
export const MAX_SHARED_LOGIN_BYTES = 16 * 1024 * 1024;
/** Characters of changes of files in one message between the servers of a cluster. */
export const MAX_FILE_NEWS_CHARS = 256 * 1024;
