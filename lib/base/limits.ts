/**
 * All limits, timeouts and buffer sizes of the project. docs/LIMITS.md also says what the other side
 * sees when a limit is reached. Unless a comment says otherwise, a limit is the maximum allowed.
 *
 * @module
 */

export * from "./audit_limits.ts";
export * from "./chat_limits.ts";
export * from "./cluster_limits.ts";
export * from "./descriptor_limits.ts";
export * from "./digest_limits.ts";
export * from "./lane_limits.ts";
export * from "./legacy_limits.ts";
export * from "./mirror_limits.ts";
export * from "./read_limits.ts";
export * from "./receipt_limits.ts";
export * from "./scrub_limits.ts";
export * from "./share_limits.ts";
export * from "./operator_limits.ts";
export * from "./store_limits.ts";
export * from "./version_limits.ts";
export * from "./web_limits.ts";
export * from "./webhook_limits.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Bytes in a content block; the last block of a file may be shorter. */
export const BLOCK_BYTES = MiB;
/** Content bytes in one data frame, so that a ping or a cancel gets in between. */
export const MAX_DATA_BYTES = 256 * KiB;
/** Time in which a block must have left so that the next is sent in one frame, in milliseconds. */
export const WHOLE_BLOCK_MS = 50;
/** Bytes in a control message (JSON). */
export const MAX_CONTROL_BYTES = 64 * KiB;
/** Bytes requested from a socket in one read. */
export const SOCKET_READ_BYTES = 512 * KiB;
/** Parts smaller than this together are sent in one write. */
export const COALESCE_BYTES = MAX_DATA_BYTES + 4 * KiB;
/** Content bytes a sender may have in flight on one stream before the receiver grants more. */
export const STREAM_WINDOW_BYTES = 8 * MiB;
/** Bytes by which the windows of one connection may exceed that on a long line. */
export const MAX_GROWN_BYTES_PER_CONNECTION = 56 * MiB;
/** Bytes by which the windows of all connections of a process may exceed it. */
export const MAX_GROWN_BYTES = 256 * MiB;
/** The rate that the first window for content allows on a long line, in bytes per second. */
export const LONG_LINE_BYTES_PER_SECOND = 400 * MiB;
/** Bytes of that window while the round trip is not known. */
export const UNKNOWN_LINE_BYTES = 40 * MiB;
/** Bytes of that window at most. */
export const MAX_WIDENED_BYTES = 40 * MiB;
/** The largest window that a peer may grant, in bytes. */
export const MAX_WINDOW_BYTES = 1024 * MiB;
/** Bytes buffered for one connection of a server: content to write, and unread answers. */
export const MAX_BUFFERED_BYTES = 32 * MiB;
/**
 * Bytes added for each unread answer, and each block, list of digests and small file that is to be
 * handled, when buffered bytes are counted.
 */
export const BUFFERED_OVERHEAD_BYTES = KiB;
/** Bytes decompressed on one connection in a row before other work gets its turn. */
export const INFLATED_A_TURN_BYTES = 512 * KiB;
/** Concurrent uploads (`stage`) on one connection. */
export const MAX_UPLOADS_AT_ONCE = 16;
/** Blocks being sent concurrently on one connection. */
export const MAX_BLOCKS_SENDING = 16;
/** Listings (`list`) that run concurrently on one connection. */
export const MAX_LISTINGS_AT_ONCE = 8;
/** Batches of small files (`readMany`) that are read concurrently on one connection. */
export const MAX_BATCHES_READING = 4;
/** Folders of a store that are being read concurrently. */
export const MAX_FOLDERS_READ = 2;
/** Names that all listings together look up before other work gets its turn. */
export const LOOKS_A_TURN = 512;
/** Concurrent requests on one connection. */
export const MAX_REQUESTS_IN_FLIGHT = 128;
/** Cancelled exchanges for which frames may still arrive. */
export const MAX_GIVEN_UP_EXCHANGES = 4096;
/** Block digests in one digest frame. */
export const MAX_DIGESTS_PER_FRAME = 1024;
/** Digests of blocks to keep in one frame: a server copies these while the client hashes more. */
export const MAX_KEPT_PER_FRAME = 32;
/** Block ranges in one read request; a client sends another request for the rest. */
export const MAX_RANGES = 1000;
/** Bytes in a whole path, in UTF-8. */
export const MAX_PATH_BYTES = 4096;
/** Bytes in one component of a path, in UTF-8. */
export const MAX_NAME_BYTES = 255;
/** Components in a path. */
export const MAX_PATH_DEPTH = 128;
/** Entries of a tree that an answer names because they were left out or failed. */
export const MAX_NAMED_ERRORS = 100;
/** Bytes of their errors in JSON. */
export const MAX_NAMED_ERROR_BYTES = 48 * KiB;
/** Bytes in a file: the largest integer that both sides represent exactly. */
export const MAX_FILE_BYTES = Number.MAX_SAFE_INTEGER;
/** Files smaller than this are sent in batches. */
export const SMALL_FILE_BYTES = 64 * KiB;
/** Files in one batch. */
export const MAX_BATCH_FILES = 512;
/** Pieces smaller than this are hashed without a worker. */
export const INLINE_HASH_BYTES = 128 * KiB;
/** Hash workers; fewer on fewer cores, none on one or two. */
export const MAX_HASH_WORKERS = 4;
/**
 * Blocks that a server hashes concurrently; twice as many in a row before other work gets its turn.
 */
export const MAX_BLOCKS_HASHING = 8;
/** Blocks that it hashes concurrently on one or two cores, where one thread does all. */
export const MAX_BLOCKS_HASHING_INLINE = 2;
/** Small files that a server reads in a row before other work gets its turn. */
export const MAX_SMALL_FILES_HASHING = 16;
/** Requests of one login, or of the anonymous clients of one host, that hash whole files. */
export const MAX_HASHING_PER_HOLDER = 4;
/** Further such requests that wait. */
export const MAX_HASHING_WAITING = 256;
/** Blocks of an upload that are shorter than a block; only the last block of a file can be. */
export const MAX_SHORT_BLOCKS = 64;
/** Times a damaged block is requested again. */
export const MAX_BLOCK_REPAIRS = 4;

/** Time from accept to a complete hello, however slowly the bytes arrive, in milliseconds. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Time without a byte in either direction until a connection is closed, in milliseconds. */
export const IDLE_TIMEOUT_MS = 300_000;
/** Connections without a hello, in percent of the maximum. */
export const PENDING_HANDSHAKE_PERCENT = 75;
/** Requests on one connection in a burst, after a pause. */
export const REQUEST_BURST = 10_000;
/** Sustained requests per second on one connection. */
export const REQUESTS_PER_SECOND = 2000;
/** Time to send the end of a TLS stream when a connection closes, in milliseconds. */
export const TLS_CLOSE_TIMEOUT_MS = 1000;
/** Time that aborted requests get to end when a server stops, in milliseconds. */
export const STOP_TIMEOUT_MS = 1000;
/** Time that running transfers get when a server stops, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 10_000;
/** Time worth of bytes sent in one piece under `--bwlimit`, in milliseconds. */
export const RATE_PIECE_MS = 50;
/** Time worth of unused bytes that a limited rate may catch up on, in milliseconds. */
export const RATE_BURST_MS = 50;
/** Interval between keepalives of a server that is receiving content, in milliseconds. */
export const KEEPALIVE_MS = 1000;
/** Time in which clients read their last answers when a server stops, in milliseconds. */
export const FAREWELL_TIMEOUT_MS = 1000;
/** A client's wait for a connection, or for the next byte of an answer, in milliseconds. */
export const CLIENT_TIMEOUT_MS = 10_000;
/** Timeouts a client waits for the next byte of an answer while the server answers pings. */
export const ALIVE_TIMEOUTS = 3;
/** A client's wait for the answer to a login while the server answers pings, in milliseconds. */
export const LOGIN_ANSWER_TIMEOUT_MS = 30_000;
/** The same for requests with much work, such as a sum or a removal, in milliseconds. */
export const WORK_ANSWER_TIMEOUT_MS = 3_600_000;
/** Time to read the last messages of a peer that has closed its connection, in milliseconds. */
export const LAST_READ_TIMEOUT_MS = 250;
/** Time to send the last messages before a connection closes, in milliseconds. */
export const LAST_WORD_TIMEOUT_MS = 1000;
/** Refused connections that are sent the reason concurrently. */
export const MAX_REFUSALS = 64;
/** Concurrent connections. */
export const MAX_CONNECTIONS = 1024;
/** Concurrent connections from one host. */
export const MAX_CONNECTIONS_PER_HOST = 64;
/** Time a lease may last before it must be renewed, in milliseconds. */
export const MAX_LEASE_TTL_MS = 3_600_000;
/** Time a lock lasts by default, in milliseconds. */
export const DEFAULT_LEASE_TTL_MS = 300_000;
/** Age at which a staged upload that nobody resumed is removed, in milliseconds. */
export const STAGED_UPLOAD_TTL_MS = 7 * 24 * 3_600_000;
/** Interval at which a running server looks for such uploads, in milliseconds. */
export const STAGED_SWEEP_MS = 3_600_000;
/** Interval at which a server compares the dates of its certificate with the clock, in milliseconds. */
export const CERTIFICATE_LOOK_MS = 3_600_000;
/** Time before a certificate expires from which on the server warns, in milliseconds. */
export const CERTIFICATE_WARNING_MS = 14 * 24 * 3_600_000;
/** Interval at which a server looks whether its folder is still there, in milliseconds. */
export const ROOT_LOOK_MS = 5000;
/** Staged uploads of one user, or of the anonymous clients of one host. */
export const MAX_STAGES_PER_HOLDER = 256;
/** Bytes of those that nobody has open. */
export const MAX_STAGED_BYTES_PER_HOLDER = 64 * 1024 * MiB;
/** Bytes that a program hashes without workers before it starts them. */
export const INLINE_HASH_TOTAL_BYTES = 8 * MiB;
/** Block buffers kept for reuse. */
export const MAX_POOLED_BUFFERS = 32;
/** Bytes a receiver consumes before it grants more of the window. */
export const CREDIT_STEP_BYTES = 2 * MiB;
/** Wait for another process that is writing to the user database, in milliseconds. */
export const DATABASE_BUSY_MS = 5000;
/** Wait for a busy database of digests or chat messages, in milliseconds. */
export const CACHE_BUSY_MS = 1000;
/** Concurrent leases. */
export const MAX_LEASES = 10_000;
/** Concurrent leases of one login, or of the anonymous clients of one host. */
export const MAX_LEASES_PER_HOLDER = 100;
/** Concurrent leases of all anonymous clients; the others are kept for logins. */
export const MAX_ANONYMOUS_LEASES = 5_000;
/** Bytes of a piece compressed to estimate whether compression pays. */
export const COMPRESSION_SAMPLE_BYTES = 4 * KiB;
/** Small files written in a row, and names looked up, created or synced at once, in a batch. */
export const BATCH_WIDTH = 64;
/** Transfers of files of a single block in the place of one of larger files. */
export const SHORT_TRANSFERS_A_SLOT = 4;
/** First bytes examined to recognise the dialect. */
export const MAX_PREFIX_BYTES = 4 * KiB + 4;
/** The first wait before a retry, in milliseconds; each further wait is twice as long. */
export const RETRY_BASE_MS = 1000;
/** The longest wait before a retry, even if a server requests a longer one, in milliseconds. */
export const MAX_RETRY_WAIT_MS = 32_000;
/** Attempts after the first. */
export const DEFAULT_RETRIES = 6;
/** Times another program may create the target of a transfer before it fails. */
export const MAX_TARGET_CHANGES = 8;
/** Time without a write after which a part file of another program is not awaited, in milliseconds. */
export const PART_STALL_MS = 10_000;
/** Blocks of one transfer being read, hashed or written concurrently. */
export const BLOCKS_IN_FLIGHT = 8;
/** Blocks of one upload that are not acknowledged. */
export const MAX_BLOCKS_UNDER_WAY = 48;
/** Times a source may change during a transfer before it fails. */
export const MAX_SOURCE_CHANGES = 3;
/** Globs that the braces of a name, `--include` or `--exclude` may expand to. */
export const MAX_GLOB_ALTERNATIVES = 1000;
/** Names that a client keeps of one listing. */
export const MAX_LISTED_NAMES = 1_000_000;
/** Characters of all those names. */
export const MAX_LISTED_CHARS = 128 * MiB;
/** Blocks of a file whose digests a client keeps: 16 TiB. */
export const MAX_MANIFEST_BLOCKS = 16 * MiB;
/** Held blocks that a client remembers for an upload whose size it does not know. */
export const MAX_HELD_BLOCKS = 65_536;
/** Names tried for a target that is taken (`--rename`). */
export const MAX_RENAME_TRIES = 1000;
/** Approximate content bytes in one batch of small files. */
export const BATCH_BYTES = MiB;
/** Bytes in a log file before it is rotated. */
export const MAX_LOG_FILE_BYTES = 16 * MiB;
/** Files in one run's log; the oldest are deleted. */
export const MAX_LOG_FILES = 8;
/** Time until a log file that could not be written is tried again, in milliseconds. */
export const LOG_RETRY_MS = 10_000;
/** Runs whose log files are kept; files of earlier runs are deleted. */
export const MAX_LOG_RUNS = 50;
/** Time that `ftclient discover` waits for answers, in milliseconds. */
export const DISCOVER_WAIT_MS = 2000;
/** Servers that `ftclient discover` lists. */
export const MAX_DISCOVERED = 256;
/** Bytes of an upload written before a sync to disk starts. */
export const SYNC_STEP_BYTES = 32 * MiB;
/** Lines of one server in `known_hosts`, which gets one for each of its names and addresses. */
export const MAX_KNOWN_LINES = 100;
/** Characters of a line typed or piped to a prompt. */
export const MAX_TYPED_LINE_CHARS = 64 * KiB;
/** Interval after which files of batches, durable by their journal, are synced, in milliseconds. */
export const BATCH_SETTLE_MS = 45_000;
/** Delay after the first failed login, in milliseconds; doubles with each further one of a host. */
export const LOGIN_DELAY_MS = 250;
/** Longest delay for a host after a failed login, in milliseconds. */
export const MAX_LOGIN_DELAY_MS = 8000;
/** Bytes of a file that the library collects in memory, by default. */
export const MAX_COLLECTED_BYTES = 256 * MiB;
/** UTF-16 code units of a password: what a login can send. */
export const MAX_PASSWORD_CHARS = 1024;
/** The fewest characters of a new password, unless the operator insists. */
export const MIN_PASSWORD_CHARS = 8;
/** The longest time until a token expires, in milliseconds: a hundred years. */
export const MAX_TOKEN_LIFE_MS = 36_500 * 24 * 3_600_000;
/** How long an ended token is remembered, in milliseconds. */
export const ENDED_TOKEN_TTL_MS = 30 * 24 * 3_600_000;
/** Ended tokens that are remembered. */
export const MAX_ENDED_TOKENS = 1000;
/** Consecutive failed logins from one host before it is banned. */
export const MAX_FAILED_LOGINS = 10;
/** Duration of a ban, in milliseconds. */
export const LOGIN_BAN_MS = 15 * 60_000;
/** Logins from one host that may wait concurrently. */
export const MAX_LOGINS_WAITING = 4;
/** Hosts remembered for failed logins, and for successful ones; the oldest is dropped first. */
export const MAX_LOGIN_SOURCES = 10_000;
/** Passwords verified concurrently, for all hosts; each takes 32 MiB and a core for a moment. */
export const MAX_PASSWORDS_VERIFYING = 2;
/** Wait of a login until its password is verified, in milliseconds. */
export const LOGIN_WAIT_MS = 5000;
/** Time until a changed user, token or rule applies to running sessions, in milliseconds. */
export const AUTH_LOOK_MS = 100;
/** Interval after which the bytes below a quota's path are counted again, in milliseconds. */
export const QUOTA_RECOUNT_MS = 60_000;
/** Bytes read of the reason that a legacy server gives for a refusal. */
export const MAX_REASON_BYTES = MAX_PATH_BYTES + KiB;
