/**
 * A resumable upload, as it is remembered.
 *
 * @module
 */

import { BLOCK_BYTES, STAGED_UPLOAD_TTL_MS } from "../../base/limits.ts";

/** The fate of a file that has the name already, or gets it meanwhile. */
export type Existing = "refuse" | "overwrite" | "rename";

/** Properties of an upload that the client gives when it creates it. */
export interface UploadFacts {
  /** The `Upload-Metadata` as it was sent, which is returned to the client. */
  readonly metadata: string | null;
  readonly existing: Existing;
  /** The name that the client chose; another is used if it is taken and `existing` is `rename`. */
  readonly name: string;
  /** The root of the file to be replaced, which must not change. @default it may */
  readonly replaces?: string | undefined;
  /** Modification time to set, in milliseconds since 1970. @default when the upload is complete */
  readonly mtimeMs?: number | undefined;
  /** The SHA-256 that the content must have, in lower-case hex. */
  readonly sha256?: string | undefined;
  /** The root that the content must have, in lower-case hex. */
  readonly root?: string | undefined;
  /** How often another server has continued the upload. @default 0 */
  readonly turn?: number | undefined;
}

/** The content of an upload so far. */
export interface StoredContent {
  /** The number of whole blocks. */
  readonly blocks: number;
  /** Bytes of the block after them. */
  readonly tailBytes: number;
  /** The SHA-256 of those bytes; `null` if there are none. */
  readonly tailDigest: Uint8Array<ArrayBuffer> | null;
}

/** An upload. */
export interface StoredUpload extends StoredContent {
  /** Names it in its URL; nobody can guess it. */
  readonly id: string;
  /** The user, or the host of anonymous clients. */
  readonly owner: string;
  /** The target. */
  readonly path: string;
  /** The size of the whole file; `null` if the client has not said it yet. */
  readonly bytes: number | null;
  readonly facts: UploadFacts;
  /** With `committing`, the server may have stopped before or after the file got its name. */
  readonly state: "open" | "committing" | "done";
  /** The root of the content, once it is complete. */
  readonly root: string | null;
  /** When it was last changed, in milliseconds since 1970. */
  readonly usedMs: number;
}

/** Returns the number of bytes that the client need not send again. */
export function offsetOf({ blocks, tailBytes, state, bytes }: StoredUpload): number {
  return state === "done" ? bytes! : blocks * BLOCK_BYTES + tailBytes;
}

/**
 * Whether all bytes are there, but the file has no name yet: a client that asks must not take it for
 * complete.
 */
export function isUnnamed(stored: StoredUpload): boolean {
  return stored.state !== "done" && stored.bytes !== 0 && offsetOf(stored) === stored.bytes;
}

/** When an upload expires unless it goes on, in milliseconds since 1970. */
export function expiresMs({ usedMs }: StoredUpload): number {
  return usedMs + STAGED_UPLOAD_TTL_MS;
}
