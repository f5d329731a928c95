/**
 * Limits of HTTP access.
 *
 * @module
 */

const KiB = 1024;

/** Bytes in the head of a request: its first line and all header fields. */
export const MAX_WEB_HEAD_BYTES = 32 * KiB;
/** Characters in the target of a request: a path whose every byte is percent-encoded, and a query. */
export const MAX_WEB_TARGET_CHARS = 16 * KiB;
/** Header fields of a request. */
export const MAX_WEB_FIELDS = 100;
/** Bytes in the line before a chunk of a request body, with its extensions. */
export const MAX_CHUNK_LINE_BYTES = 256;
/** Bytes in the trailer after the last chunk. */
export const MAX_TRAILER_BYTES = 4 * KiB;
/** Time from the first byte of a later request on a connection to the end of its head, in ms. */
export const WEB_HEAD_TIMEOUT_MS = 10_000;
/** Time a connection may wait for its next request, in milliseconds. */
export const WEB_KEEPALIVE_MS = 75_000;
/** Time in which a request body must bring {@linkcode MIN_BODY_BYTES}, in milliseconds. */
export const BODY_WINDOW_MS = 30_000;
/** The minimum of bytes of a request body in each {@linkcode BODY_WINDOW_MS}. */
export const MIN_BODY_BYTES = 15_000;
/** Bytes of an unread request body that are skipped to keep the connection. */
export const MAX_SKIPPED_BODY_BYTES = 64 * KiB;
/** Ranges in one request; with more the whole file is sent. */
export const MAX_WEB_RANGES = 64;
/** Entity tags in one precondition. */
export const MAX_ENTITY_TAGS = 100;
/** Conditions in one `If` field of WebDAV; each may look a file up. */
export const MAX_IF_CONDITIONS = 128;
/** Characters in what a WebDAV client says about the owner of its lock. */
export const MAX_LOCK_OWNER_CHARS = 1024;
/** Entries of a folder that can be sorted by size or time. */
export const MAX_SORTED_ENTRIES = 100_000;
/** Entries on one page of an HTML listing by default. */
export const HTML_PAGE_ENTRIES = 1000;
/** Characters of a listing that are sent together. */
export const LISTING_PIECE_CHARS = 16 * KiB;
/** Entries of an archive. */
export const MAX_ARCHIVE_ENTRIES = 100_000;
/** Entries of all archives that are being sent. */
export const MAX_PLANNED_ENTRIES = 400_000;
/** Names that a client selects for an archive. */
export const MAX_SELECTED_NAMES = 10_000;
/** Bytes in the form that selects them. */
export const MAX_SELECTION_BYTES = 1024 * KiB;
/** Clients that receive events, also those that may connect again. */
export const MAX_EVENT_STREAMS = 1000;
/** Events that are kept for a client: not read yet, or for when it connects again. */
export const MAX_EVENTS = 500;
/** Characters of those events. */
export const MAX_EVENT_CHARS = 256 * KiB;
/** Time a client's events are kept, and its seat, after its connection was lost, in milliseconds. */
export const EVENT_GRACE_MS = 10_000;
/** Time after which a browser connects again, in milliseconds. */
export const EVENT_RETRY_MS = 2000;
/** Time without an event after which a comment is sent, in milliseconds. */
export const EVENT_HEARTBEAT_MS = 20_000;
/** Delay before changes of a folder are sent, to send several together, in milliseconds. */
export const CHANGES_DELAY_MS = 200;
/** Names in one event about a folder; with more it has to be listed again. */
export const MAX_CHANGED_NAMES = 100;
/** Delay before it is sent who is in the chat, in milliseconds. */
export const PRESENCE_DELAY_MS = 250;
/** Bytes in the form that sends a chat message, percent-encoded. */
export const MAX_CHAT_FORM_BYTES = 32 * KiB;
/** Bytes in a login form. */
export const MAX_FORM_BYTES = 8 * KiB;
/** Bytes in a request to share: a path, in which each character may be escaped, and its options. */
export const MAX_SHARE_JSON_BYTES = 32 * KiB;
/** Logins that are remembered across connections; the least recently used is dropped first. */
export const MAX_WEB_LOGINS = 1000;
/** Time a login of a request is remembered after its last use, in milliseconds. */
export const WEB_LOGIN_MS = 5 * 60_000;
/** Time a session of a browser lasts after its last use, in milliseconds. */
export const WEB_SESSION_MS = 12 * 3_600_000;
/** Time after which a client should try again when the server gives no other, in milliseconds. */
export const WEB_RETRY_MS = 5000;
/** Bytes in a request body of XML. */
export const MAX_XML_BYTES = 64 * KiB;
/** Elements inside each other in XML. */
export const MAX_XML_DEPTH = 32;
/** Elements, attributes and pieces of text in XML. */
export const MAX_XML_NODES = 10_000;
/** Properties that a request names. */
export const MAX_WEB_PROPERTIES = 100;
/** Unfinished and finished uploads of one user, or of one host's anonymous clients, over HTTP. */
export const MAX_WEB_UPLOADS_PER_HOLDER = 256;
/** The same of all users together. */
export const MAX_WEB_UPLOADS = 10_000;
/** Characters in the `Upload-Metadata` of an upload: a path of the maximum size in base64, and more. */
export const MAX_UPLOAD_METADATA_CHARS = 8 * KiB;
/** Time an upload stays open between two of its requests, in milliseconds. */
export const WEB_UPLOAD_IDLE_MS = 60_000;
/** Uploads that are open between two of their requests. */
export const MAX_IDLE_WEB_UPLOADS = 32;
/** Time after which a client that sends nothing gives way to a new one, in milliseconds. */
export const UPLOAD_TAKEOVER_MS = 3000;
/** Characters of a property that a client sets, as XML. */
export const MAX_PROPERTY_CHARS = 16 * KiB;
/** Properties that clients set on one file or folder. */
export const MAX_FILE_PROPERTIES = 100;
/** Pages of 4 KiB in the database of all such properties. */
export const MAX_PROPERTY_PAGES = 64 * KiB;
