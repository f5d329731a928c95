/**
 * The numbers of webhooks. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Webhooks of one server. */
export const MAX_WEBHOOKS = 16;
/** Events that wait for one webhook; further ones are dropped, which is logged. */
export const MAX_WEBHOOK_QUEUE = 1_000;
/** Milliseconds that a receiver has to answer. */
export const WEBHOOK_TIMEOUT_MS = 10_000;
/** Attempts after the first one. */
export const WEBHOOK_RETRIES = 6;
/** Milliseconds that a server that stops gives to the events that wait. */
export const WEBHOOK_FLUSH_MS = 2_000;
