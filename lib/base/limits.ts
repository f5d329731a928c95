/**
 * Every cap, timeout and buffer size of the project, in one place. docs/LIMITS.md explains each
 * and says what the other side sees when it is reached.
 *
 * @module
 */

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes in a content block; the last block of a file may be shorter. */
export const BLOCK_BYTES = MiB;
/** Content bytes in one data frame, at most. */
export const MAX_DATA_BYTES = 256 * KiB;
/** Bytes in a control message (JSON), at most. */
export const MAX_CONTROL_BYTES = 64 * KiB;
/** Bytes asked of a socket at once. */
export const SOCKET_READ_BYTES = 512 * KiB;
/** Parts smaller than this together leave in one write. */
export const COALESCE_BYTES = MAX_DATA_BYTES + 4 * KiB;
/** Content bytes a sender may have under way on one stream before the receiver grants more. */
export const STREAM_WINDOW_BYTES = 8 * MiB;
/** Bytes of peers' frames that a server holds for one connection before it stops reading from it. */
export const MAX_HELD_BYTES = 32 * MiB;
/** Bytes that an answer counts as beside its own, while it waits to be read. */
export const ANSWER_OVERHEAD_BYTES = KiB;
/** Uploads under way at once on one connection; others wait for their turn. */
export const MAX_UPLOADS_AT_ONCE = 16;
/** Blocks on their way out at once on one connection; others wait for their turn. */
export const MAX_BLOCKS_SENDING = 16;
/** Blocks that a reading hashes ahead. */
export const READ_AHEAD_BLOCKS = 4;
/** Readings of one login that read ahead; others take block after block. */
export const MAX_READING_AHEAD = 4;
/** Requests under way at once on one connection. */
export const MAX_REQUESTS_IN_FLIGHT = 128;
/** Exchanges that were given up and may still get frames, remembered for a connection. */
export const MAX_GIVEN_UP_EXCHANGES = 4096;
/** Block digests in one digest frame, at most. */
export const MAX_DIGESTS_PER_FRAME = 1024;
/** Block ranges in one request, at most. */
export const MAX_RANGES = 1000;
/** Bytes in a whole path, at most. */
export const MAX_PATH_BYTES = 4096;
/** Bytes in one name of a path, at most. */
export const MAX_NAME_BYTES = 255;
/** Names in a path, at most. */
export const MAX_PATH_DEPTH = 128;
/** Bytes in a file, at most: what a frame's counts can carry exactly. */
export const MAX_FILE_BYTES = Number.MAX_SAFE_INTEGER;
/** Files smaller than this travel in batches. */
export const SMALL_FILE_BYTES = 64 * KiB;
/** Files in one batch, at most. */
export const MAX_BATCH_FILES = 512;
/** Content bytes below which hashing does not wake a worker. */
export const INLINE_HASH_BYTES = 128 * KiB;
/** Hash workers, at most; fewer where there are fewer cores, none with two or one. */
export const MAX_HASH_WORKERS = 4;
/** Times a damaged block is asked for again. */
export const MAX_BLOCK_REPAIRS = 4;

/** Milliseconds from accept to a finished hello. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Milliseconds without a byte after which a connection is closed. */
export const IDLE_TIMEOUT_MS = 300_000;
/** Connections without a hello, at most, as a part of all that may be: then the oldest goes. */
export const PENDING_HANDSHAKE_PERCENT = 75;
/** Requests that one connection may make at once, after a pause. */
export const REQUEST_BURST = 10_000;
/** Requests a second that it may go on with. */
export const REQUESTS_PER_SECOND = 2000;
/** Milliseconds that the end of a TLS stream may take to leave when a connection is closed. */
export const TLS_CLOSE_TIMEOUT_MS = 1000;
/** Milliseconds that running transfers get when a server stops. */
export const DRAIN_TIMEOUT_MS = 10_000;
/** Milliseconds' worth of bytes that pass at once where a rate is limited, at most. */
export const RATE_PIECE_MS = 50;
/** Milliseconds' worth of unused bytes that a limited rate may catch up with. */
export const RATE_BURST_MS = 50;
/** Milliseconds between two keepalives of a server that is receiving content. */
export const KEEPALIVE_MS = 1000;
/** Milliseconds that last words to clients get when a server stops. */
export const FAREWELL_TIMEOUT_MS = 1000;
/** Milliseconds a client waits for a connection or for the next byte of an answer. */
export const CLIENT_TIMEOUT_MS = 10_000;
/** Milliseconds a connection that closes waits for its last bytes to leave. */
export const LAST_WORD_TIMEOUT_MS = 1000;
/** Refused connections that are told why at once; others are closed without a word. */
export const MAX_REFUSALS = 64;
/** Connections at once. */
export const MAX_CONNECTIONS = 1024;
/** Connections at once from one host. */
export const MAX_CONNECTIONS_PER_HOST = 64;
/** Milliseconds a lease may last before it must be renewed. */
export const MAX_LEASE_TTL_MS = 3_600_000;
/** Milliseconds a lock lasts, unless the user says otherwise. */
export const DEFAULT_LEASE_TTL_MS = 300_000;
/** Milliseconds after which a staged upload that nobody resumed is removed. */
export const STAGED_UPLOAD_TTL_MS = 7 * 24 * 3_600_000;
/** Content bytes a program hashes without workers before it starts them. */
export const INLINE_HASH_TOTAL_BYTES = 8 * MiB;
/** Block buffers kept for use again. */
export const MAX_POOLED_BUFFERS = 32;
/** Bytes a receiver lets pass before it tells the sender of free window. */
export const CREDIT_STEP_BYTES = 2 * MiB;
/** Files whose digests are remembered; the longest unused are dropped. */
export const MAX_CACHED_MANIFESTS = 100_000;
/** Milliseconds to wait for another process that writes to the database of users. */
export const DATABASE_BUSY_MS = 5000;
/** Milliseconds to wait for a busy database whose changes may be skipped: digests, chat. */
export const CACHE_BUSY_MS = 1000;
/** Leases at once. */
export const MAX_LEASES = 10_000;
/** Bytes of a piece that are compressed to see whether the whole is worth it. */
export const COMPRESSION_SAMPLE_BYTES = 4 * KiB;
/** Small files read or written at once in a batch. */
export const BATCH_WIDTH = 64;
/** First bytes looked at to tell dialects apart, at most. */
export const MAX_PREFIX_BYTES = 4 * KiB + 4;
/** Milliseconds before the first retry; each further wait is twice as long. */
export const RETRY_BASE_MS = 1000;
/** Milliseconds before a retry, at most. */
export const MAX_RETRY_WAIT_MS = 32_000;
/** Attempts after the first, unless the user says otherwise. */
export const DEFAULT_RETRIES = 6;
/** Blocks a transfer has under way at once, between network, hash and disk. */
export const BLOCKS_IN_FLIGHT = 8;
/** Times a source may change under a transfer before it gives up. */
export const MAX_SOURCE_CHANGES = 3;
/** Globs that the braces of one `--include` or `--exclude` may stand for. */
export const MAX_GLOB_ALTERNATIVES = 1000;
/** Other names that are tried for a target that is taken. */
export const MAX_RENAME_TRIES = 1000;
/** Content bytes of one batch of small files, about. */
export const BATCH_BYTES = MiB;
/** Bytes in a chat message. */
export const MAX_MESSAGE_BYTES = 8 * KiB;
/** Messages that wait for one seat. */
export const MAX_SEAT_QUEUE = 1000;
/** Bytes in a log file before the next one begins. */
export const MAX_LOG_FILE_BYTES = 16 * MiB;
/** Files of one run's log; the oldest are dropped. */
export const MAX_LOG_FILES = 8;
/** Runs whose log files are kept. */
export const MAX_LOG_RUNS = 50;
/** Milliseconds `ftclient discover` listens for answers. */
export const DISCOVER_WAIT_MS = 2000;
/** Servers that `ftclient discover` tells of. */
export const MAX_DISCOVERED = 256;
/** Chat seats at once. */
export const MAX_SEATS = 4096;
/** Bytes of an upload that are written before the medium is set to work on them. */
export const SYNC_STEP_BYTES = 32 * MiB;
/** Milliseconds a text command that may not be whole yet is waited for. */
export const COMMAND_SETTLE_MS = 500;
/** Bytes of a `line` command: a message, with its word. */
export const MAX_LINE_BYTES = 16 * KiB;
/** Milliseconds between two writes that an older peer must not read as one. */
export const DIALECT_PAUSE_MS = 50;
/** Bytes of a message of the `json` dialect. */
export const MAX_JSON_BYTES = 64 * MiB;
/** Messages of the `json` dialect above {@linkcode SMALL_JSON_BYTES} in memory at once. */
export const MAX_LARGE_JSON = 4;
/** Milliseconds in which a message of the `json` dialect must have come whole. */
export const JSON_MESSAGE_TIMEOUT_MS = 120_000;
/** Bytes of a `json` message that does not count as large. */
export const SMALL_JSON_BYTES = 256 * KiB;
/** Bytes of a frame of the `framed` dialect that is skipped, as its type is not known. */
export const MAX_SKIPPED_FRAME_BYTES = 64 * MiB;
/** Milliseconds a small answer or a broadcast may wait for an older peer to read. */
export const UNREAD_TIMEOUT_MS = 60_000;
/** Milliseconds a connection is kept after the last answer, so that the peer can read it. */
export const LINGER_MS = 2000;
/** Bytes that are read and dropped meanwhile. */
export const MAX_LINGER_BYTES = MiB;
/** Bytes in the name of a seat. */
export const MAX_CHAT_NAME_BYTES = 64;
/** Messages a seat may say at once, after a pause. */
export const MESSAGE_BURST = 100;
/** Messages a second that a seat may go on with. */
export const MESSAGES_PER_SECOND = 20;
/** Messages that are kept for those who come back. */
export const MAX_CHAT_HISTORY = 1000;
/** Milliseconds between two pings to a client that holds a seat. */
export const SEAT_PING_MS = 60_000;
/** Milliseconds without a byte from a client that holds a seat, after which it counts as gone. */
export const SEAT_SILENCE_MS = 180_000;
/** Milliseconds an upload waits to be announced together with those that follow it. */
export const ANNOUNCE_DELAY_MS = 500;
/** Characters of a line that is typed or piped to a prompt. */
export const MAX_TYPED_LINE_CHARS = 64 * KiB;
/** Milliseconds after which files of batches are synced one by one and their journals dropped. */
export const BATCH_SETTLE_MS = 45_000;
/** Milliseconds a source waits after its first failed login; each further one doubles it. */
export const LOGIN_DELAY_MS = 250;
/** Milliseconds a source waits after a failed login, at most. */
export const MAX_LOGIN_DELAY_MS = 8000;
/** Failed logins from one source before it is banned. */
export const MAX_FAILED_LOGINS = 10;
/** Milliseconds a ban lasts. */
export const LOGIN_BAN_MS = 15 * 60_000;
/** Logins from one source that wait at once. */
export const MAX_LOGINS_WAITING = 4;
/** Sources of failed logins that are remembered; the oldest is forgotten first. */
export const MAX_LOGIN_SOURCES = 10_000;
/** Milliseconds after which a running session hears of changed users, tokens and rules, at most. */
export const AUTH_LOOK_MS = 100;
/** Milliseconds after which what a quota's folder holds is counted again. */
export const QUOTA_RECOUNT_MS = 60_000;
/** Bytes of an older server's reason for a refusal that are read: a path, and words around it. */
export const MAX_REASON_BYTES = MAX_PATH_BYTES + KiB;
