/**
 * Limits of an object store (`--store`).
 *
 * @module
 */

const MiB = 1024 * 1024;

/**
 * Bytes in a part of a staged upload. S3 takes no less than 5 MiB for all parts but the last; Ceph stores
 * pieces of 4 MiB.
 */
export const OBJECT_PART_BYTES = 8 * MiB;
/** Parts of this size; those after them are larger. */
export const OBJECT_SMALL_PARTS = 4000;
/** Bytes in each of the next parts. */
export const OBJECT_LARGER_PART_BYTES = 32 * MiB;
/** Parts of that size. */
export const OBJECT_LARGER_PARTS = 4000;
/** Bytes in each of the last parts. */
export const OBJECT_LARGEST_PART_BYTES = 64 * MiB;
/** Parts of an object: the limit of S3. */
export const MAX_OBJECT_PARTS = 10_000;
/** Parts of one staged upload that are incomplete in memory; a further one is stored as it is. */
export const MAX_OPEN_PARTS = 2;
/** Parts that all staged uploads together send at once. */
export const MAX_PARTS_SENDING = 6;
/** Parts that one staged upload sends at once while it takes further blocks. */
export const PARTS_SENDING_PER_UPLOAD = 2;
/** Bytes of parts in memory, of all staged uploads together, except a first block of each. */
export const MAX_PART_MEMORY = 48 * MiB;
/** Time without a write after which an incomplete part is stored if others wait, in milliseconds. */
export const PART_IDLE_MS = 1000;
/** Requests to the store at once. */
export const MAX_STORE_REQUESTS = 64;
/** Bytes by which the windows of all connections may exceed their start size over such a store. */
export const MAX_GROWN_BYTES_OVER_STORE = 8 * MiB;
/** Bytes in a body from which on it is sent on a connection of our own. */
export const LARGE_BODY_BYTES = MiB;
/** Bytes in the answer to such a request. */
export const MAX_STORE_ANSWER_BYTES = 64 * 1024;
/** Time to connect to the store for one, in milliseconds. */
export const STORE_DIAL_TIMEOUT_MS = 10_000;
/** Time after which an idle connection for them is not used again, in milliseconds. */
export const STORE_LINE_IDLE_MS = 5000;
/** Bytes in the name of an object: the limit of S3. */
export const MAX_OBJECT_KEY_BYTES = 1024;
/** Names in one answer of a listing: the limit of S3. */
export const OBJECTS_A_PAGE = 1000;
/** Objects whose facts are looked up at once for a listing. */
export const OBJECT_LOOKS_AHEAD = 64;
/** Batches of small files, of all clients together, that a server reads from the store at once. */
export const OBJECT_GROUPS_AT_ONCE = 16;
/** Objects whose facts are remembered. */
export const MAX_KNOWN_OBJECTS = 100_000;
/** Bytes that are read when a file is opened, which is all of a small file. */
export const OBJECT_FIRST_BYTES = 64 * 1024;
/** Bytes of a file that one request reads. */
export const OBJECT_READ_BYTES = 64 * MiB;
/** The largest object that one request copies, in bytes: the limit of S3. */
export const MAX_COPY_BYTES = 5 * 1024 * MiB;
/** Bytes in each part of a copy of a larger one. */
export const COPY_PART_BYTES = 512 * MiB;
/** Copies and removals of objects at once, when a folder is moved. */
export const OBJECTS_MOVED_AT_ONCE = 16;
/** Time until a request to the store must be answered, in milliseconds. */
export const STORE_TIMEOUT_MS = 60_000;
/** Attempts after the first if the store is busy. */
export const STORE_RETRIES = 5;
/** The first wait before such an attempt, in milliseconds; each further wait is twice as long. */
export const STORE_RETRY_MS = 200;
/** The wait that is asked of a client while the store is busy or down, in milliseconds. */
export const STORE_RETRY_AFTER_MS = 5000;
/** Time a folder is remembered to exist, in milliseconds. */
export const KNOWN_FOLDER_MS = 5000;
/** Interval at which a server looks whether a store that was down is back, in milliseconds. */
export const STORE_LOOK_MS = 5000;
/** Time after which a claim on a name counts as left by a server that died, in milliseconds. */
export const STORE_CLAIM_TTL_MS = 60_000;
/** Time that a server waits for the claim of another one, in milliseconds. */
export const STORE_CLAIM_WAIT_MS = 10_000;
/** Interval at which it looks whether the claim is free, in milliseconds. */
export const STORE_CLAIM_RETRY_MS = 100;
/** Age at which a claim, or the mark of one that was given back, is removed, in milliseconds. */
export const OLD_CLAIM_MS = 3_600_000;
/** Objects with digests that are written or removed at once, behind the requests of clients. */
export const DIGEST_OBJECTS_AT_ONCE = 4;
/** Such objects that wait for their turn; further ones are left out. */
export const MAX_DIGEST_OBJECTS_WAITING = 64;
/** Time between two looks for digests of objects that are gone, by any server, in milliseconds. */
export const DIGEST_SWEEP_MS = 24 * 3_600_000;
/** Interval at which a server looks whether it is time for that, in milliseconds. */
export const DIGEST_SWEEP_LOOK_MS = 3_600_000;
/** Bytes in the record of an upload over HTTP, in the bucket; the largest file needs half of it. */
export const MAX_UPLOAD_RECORD_BYTES = 32 * MiB;
/** Bytes of an upload over HTTP after which other servers learn how far it is. */
export const SHARED_UPLOAD_STEP_BYTES = 16 * MiB;
/** Parts in one record of a staged upload. */
export const PARTS_A_RECORD = 8;
/** Time between two records of parts, in milliseconds: a server that dies forgets no older ones. */
export const PART_RECORD_MS = 500;
/** Bytes in a record of parts of a staged upload, in the bucket. */
export const MAX_STAGE_RECORD_BYTES = 64 * 1024;
