/**
 * The numbers of the chat. See `docs/LIMITS.md`.
 *
 * @module
 */

/** Bytes in a chat message. */
export const MAX_MESSAGE_BYTES = 8 * 1024;
/** Messages queued for a seat. */
export const MAX_SEAT_QUEUE = 1000;
/** Time between two looks for seats whose users have lost access, in milliseconds. */
export const SEAT_LOOK_MS = 500;
/** Concurrent chat seats. */
export const MAX_SEATS = 4096;
/** Bytes in the name of a seat. */
export const MAX_CHAT_NAME_BYTES = 64;
/** Messages a seat may send in a burst, after a pause. */
export const MESSAGE_BURST = 100;
/** Sustained messages per second. */
export const MESSAGES_PER_SECOND = 20;
/** Messages kept for clients that reconnect. */
export const MAX_CHAT_HISTORY = 1000;
/** Interval between pings to a client with a seat, in milliseconds. */
export const SEAT_PING_MS = 60_000;
/** Time without a byte from a client with a seat until it is disconnected, in milliseconds. */
export const SEAT_SILENCE_MS = 180_000;
/** Delay before an upload is announced, to announce several together, in milliseconds. */
export const ANNOUNCE_DELAY_MS = 500;
/** Files that one announcement counts exactly; each is checked for each user in the chat. */
export const MAX_ANNOUNCED_FILES = 100;
