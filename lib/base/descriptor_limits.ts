/**
 * Limits about file descriptors, failed accepts and monitoring: a part of `limits.ts`.
 *
 * @module
 */

/** Descriptors of a server that are kept for refusing connections when no other is free. */
export const REFUSAL_DESCRIPTORS = 24;
/** Descriptors that are kept likewise for answering status, locks and metrics. */
export const OPERATOR_DESCRIPTORS = 8;
/** Files that one user, or the anonymous clients of one host, may have open for reading. */
export const MAX_OPEN_FILES_PER_HOLDER = 1024;
/** Free descriptors without which a server does not start. */
export const MIN_FREE_DESCRIPTORS = 80;
/** Free descriptors without which no hash worker is started: it would end the program. */
export const WORKER_DESCRIPTORS = 64;
/** The first wait after a failed accept, in milliseconds; each further one is twice as long. */
export const ACCEPT_RETRY_MS = 10;
/** The longest wait after a failed accept, in milliseconds. */
export const MAX_ACCEPT_RETRY_MS = 1000;
/** Time without a failed accept after which the next failure is logged again, in milliseconds. */
export const ACCEPT_EPISODE_MS = 10_000;
/** Concurrent connections of each socket for metrics, status or locks. */
export const MAX_MONITORING_CONNECTIONS = 8;
/** Time for a request on such a connection and its answer, in milliseconds. */
export const MONITORING_TIMEOUT_MS = 5000;
/** Bytes in the head of an HTTP request. */
export const MAX_HTTP_HEAD_BYTES = 16 * 1024;
