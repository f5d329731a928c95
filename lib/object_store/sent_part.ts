/**
 * A part of an upload, once it was sent.
 *
 * @module
 */

/** A part that the store has. It cannot be read before the upload is completed. */
export interface SentPart {
  readonly etag: string;
  readonly bytes: number;
  /** Digests of its blocks, by their number in the file. */
  readonly digests: ReadonlyMap<number, Uint8Array>;
  /** The state of the SHA-256 of all bytes up to its end, if that is needed. */
  readonly sum?: string | undefined;
}
