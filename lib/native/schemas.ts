/**
 * The JSON of the native protocol: schemas that validate received hellos, requests, replies and
 * errors, and the types of sent ones.
 *
 * @module
 */

import * as v from "valibot";
import { FtError, isErrorCode, protocolError } from "../base/errors.ts";
import {
  BLOCK_BYTES,
  MAX_BATCH_FILES,
  MAX_FILE_BYTES,
  MAX_NAMED_ERRORS,
  MAX_PASSWORD_CHARS,
  MAX_PATH_BYTES,
  MAX_RANGES,
  MAX_WINDOW_BYTES,
} from "../base/limits.ts";
import { cutMiddle } from "../base/text.ts";
import { PROTOCOL_VERSION } from "./frame_types.ts";
import { LINE_FEATURES } from "./line.ts";
import { chatRequests } from "./chat_schemas.ts";
import { receiptRequests } from "./receipt_schemas.ts";
import { shareRequests } from "./share_schemas.ts";
import { revSchema, versionRequests } from "./version_schemas.ts";

/** A path in a request. Its length is not checked here: the service reports a better error. */
const path = v.string();
const checkedPath = v.pipe(path, v.maxLength(MAX_PATH_BYTES));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_FILE_BYTES));
const timeMs = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
/** Permission bits of owner, group and others. */
const mode = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777)));
const root = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const short = v.pipe(v.string(), v.maxLength(256));
/** Whether remembered digests are not used. */
const fresh = v.optional(v.boolean());
const token = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));

/** The first frame in each direction. */
export const helloSchema = v.object({
  /** The versions the sender supports; a server answers with the one it chose. */
  versions: v.pipe(v.array(v.pipe(v.number(), v.integer())), v.minLength(1), v.maxLength(16)),
  /** The name and version of the program. */
  software: short,
  /** Optional features of the sender; unknown ones are ignored. */
  features: v.pipe(v.array(short), v.maxLength(64)),
  /** Digest algorithms in order of preference; `sha256` is required. */
  digests: v.pipe(v.array(short), v.maxLength(16)),
  /** The block size of the sender in bytes. */
  blockBytes: bytes,
  /** Identifies the client across connections, for leases without a login. */
  identity: v.optional(token),
  /** The maximum rate at which the peer should send, in bytes per second. */
  maxRate: v.optional(v.pipe(bytes, v.minValue(1))),
  /** From a client: the ticket of the client that this further connection belongs to. */
  lane: v.optional(token),
  /** The server's clock, in milliseconds since 1970. */
  clockMs: v.optional(timeMs),
});
/** The first frame in each direction. */
export type Hello = v.InferOutput<typeof helloSchema>;

/** The feature of a server that answers `statMany`, and knows the keys `roots` and `fresh`. */
export const ROOTS = "roots";

/** The feature of a server that knows the key `digests` of `list`. */
export const DIGESTS = "digests";

/** The feature of a server that knows the key `revision` of `remove`. */
export const REVISIONS = "revisions";

/** The feature of a client that handles names with backslashes and control characters. */
export const UNSAFE_NAMES = "names";
/** The feature of a server that makes shares. */
export const SHARES = "shares";

/** The feature of a server that signs receipts. */
export const RECEIPTS = "receipts";

/** The feature of a server that accepts further connections of a client. */
export const LANES = "lanes";

/** Returns the hello of this implementation. */
export function ourHello(
  software: string,
  { identity, maxRate, lane }: Pick<Hello, "identity" | "maxRate" | "lane"> = {},
): Hello {
  return {
    versions: [PROTOCOL_VERSION],
    software,
    features: [...LINE_FEATURES, "zstd", "pack", UNSAFE_NAMES, ROOTS, LANES, DIGESTS, REVISIONS],
    digests: ["sha256"],
    blockBytes: BLOCK_BYTES,
    identity,
    maxRate,
    lane,
  };
}

/**
 * Checks that the peer is compatible.
 *
 * @throws `protocol` with the versions of both sides.
 */
export function requireCompatible(theirs: Hello, them: string, us: string): void {
  if (!theirs.versions.includes(PROTOCOL_VERSION)) {
    const versions = theirs.versions.join(", ");
    throw protocolError(
      `incompatible protocol versions: ${them} speaks ${versions}, ${us} speaks ${PROTOCOL_VERSION}`,
    );
  }
  if (!theirs.digests.includes("sha256") || theirs.blockBytes !== BLOCK_BYTES) {
    throw protocolError(`${them} does not support blocks of 1 MiB with SHA-256`);
  }
}

const failureFields = {
  code: short,
  message: v.pipe(v.string(), v.maxLength(4096)),
  name: v.optional(v.pipe(v.string(), v.maxLength(MAX_PATH_BYTES))),
  retryable: v.boolean(),
  retryAfterMs: v.optional(bytes),
};
/** Errors of single entries; after the named ones there may be one with the number of the others. */
const failures = v.pipe(v.array(v.object(failureFields)), v.maxLength(MAX_NAMED_ERRORS + 1));

/** An encoded error. */
export const failureSchema = v.object({
  ...failureFields,
  /** The errors of single entries. */
  parts: v.optional(failures),
});

/** A file or folder. */
export const fileInfoSchema = v.object({
  path: checkedPath,
  type: v.picklist(["file", "dir"]),
  bytes,
  mtimeMs: timeMs,
  executable: v.boolean(),
  mode,
  revision: short,
  root: v.optional(root),
  sha256: v.optional(root),
  lock: v.optional(v.object({ holder: short, leftMs: v.number() })),
});

const precondition = v.variant("kind", [
  v.object({ kind: v.literal("any") }),
  v.object({ kind: v.literal("absent") }),
  v.object({ kind: v.literal("root"), root }),
]);

/** Every request, distinguished by `op`. */
export const requestSchema = v.variant("op", [
  v.object({ op: v.literal("stat"), path, rev: revSchema }),
  v.object({
    op: v.literal("list"),
    path,
    recursive: v.boolean(),
    /** Whether infos have their root, where it is known. */
    roots: v.optional(v.boolean()),
    /** Whether items have only `path` and `type`. */
    namesOnly: v.optional(v.boolean()),
    /** Whether the items are the digests of folders. */
    digests: v.optional(v.boolean()),
  }),
  v.object({
    op: v.literal("statMany"),
    paths: v.pipe(v.array(checkedPath), v.maxLength(MAX_BATCH_FILES)),
    fresh,
  }),
  v.object({ op: v.literal("manifest"), path, bytes: v.optional(bytes), fresh, rev: revSchema }),
  v.object({
    op: v.literal("read"),
    path,
    /** Block numbers `[first, end)`; absent for the whole file. */
    ranges: v.optional(v.pipe(v.array(v.tuple([bytes, bytes])), v.maxLength(MAX_RANGES))),
    revision: v.optional(short),
    rev: revSchema,
    /** Where the file ends at the latest; it may grow meanwhile. */
    bytes: v.optional(bytes),
    compress: v.optional(v.boolean()),
    /** The client's first window for the content. */
    window: v.optional(v.pipe(bytes, v.maxValue(MAX_WINDOW_BYTES))),
    /** Names the transfer that this read is a part of; the client chose it. */
    transfer: v.optional(token),
  }),
  v.object({ op: v.literal("lane") }),
  v.object({ op: v.literal("blocks"), path, token }),
  v.object({
    op: v.literal("stage"),
    path,
    bytes: v.optional(bytes),
    token: v.optional(token),
    precondition,
    mtimeMs: v.optional(timeMs),
    executable: v.boolean(),
    mode,
    stat: v.optional(v.boolean()),
  }),
  v.object({
    op: v.literal("readMany"),
    paths: v.pipe(v.array(checkedPath), v.maxLength(MAX_BATCH_FILES)),
    compress: v.optional(v.boolean()),
  }),
  v.object({ op: v.literal("writeMany"), precondition }),
  v.object({ op: v.literal("sum"), path, algorithm: v.picklist(["sha256", "md5"]) }),
  v.object({ op: v.literal("move"), from: path, to: path }),
  v.object({ op: v.literal("remove"), path, recursive: v.boolean(), revision: v.optional(short) }),
  v.object({ op: v.literal("mkdir"), path, mode }),
  v.object({
    op: v.literal("setFacts"),
    ...{ path, root, mode },
    mtimeMs: v.optional(timeMs),
    executable: v.optional(v.boolean()),
  }),
  v.object({ op: v.literal("lease"), path, ttlMs: bytes }),
  v.object({ op: v.literal("release"), path, force: v.optional(v.boolean()) }),
  v.object({
    op: v.literal("login"),
    user: v.optional(short),
    password: v.optional(v.pipe(v.string(), v.maxLength(MAX_PASSWORD_CHARS))),
    token: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  }),
  ...chatRequests,
  ...shareRequests,
  ...receiptRequests,
  ...versionRequests,
]);
/** A request. */
export type Request = v.InferOutput<typeof requestSchema>;
/** The operation of a request. */
export type RequestOp = Request["op"];

/** The first item of an upload. */
export const stagedSchema = v.object({ token, path: v.optional(path) });
/** The payload of COMT. */
export const commitSchema = v.object({ bytes, root });
/** The reply to `list`: the number of items before it, and the errors of entries left out. */
export const listedSchema = v.object({
  items: v.optional(bytes),
  leftOut: v.optional(failures),
});
/** The reply to `sum`. */
export const sumSchema = v.object({
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}([0-9a-f]{32})?$/)),
});
/** The reply to `lease`. */
export const leaseSchema = v.object({ path, holder: short, expiresAtMs: timeMs });
/** One file of a PACK. */
export const packedFileSchema = v.union([
  v.object({
    path: checkedPath,
    bytes,
    mtimeMs: timeMs,
    executable: v.boolean(),
    mode,
    /** SHA-256 of the content. */
    digest: root,
  }),
  v.object({ path: checkedPath, error: failureSchema }),
]);
/** One file of a PACK. */
export type PackedFile = v.InferOutput<typeof packedFileSchema>;
/** An empty reply. */
export const emptySchema = v.object({});

type Failure = v.InferOutput<typeof failureSchema>;

/** Encodes an error, without its cause. */
export function encodeFailure(error: FtError): Failure {
  return {
    code: error.code,
    message: cutMiddle(error.message, 2048),
    name: error.subject?.slice(0, 1024),
    retryable: error.retryable,
    retryAfterMs: error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs),
    parts: encodeFailures(error.parts),
  };
}

/** Encodes the errors of an {@linkcode ErrorList}; `undefined` if there are none. */
export function encodeFailures(errors: readonly FtError[]): Failure[] | undefined {
  return errors.length === 0 ? undefined : errors.map(encodeFailure);
}

/** Decodes an error. An unknown code becomes `internal`. */
export function decodeFailure(failure: Failure): FtError {
  const code = isErrorCode(failure.code) ? failure.code : "internal";
  const { message, name, retryable, retryAfterMs, parts = [] } = failure;
  return new FtError(code, message, {
    ...{ name, retryable, retryAfterMs },
    parts: parts.map(decodeFailure),
  });
}
