/**
 * The content of an upload before its commit.
 *
 * @module
 */

/** A block that the service already has for an upload. */
export interface HeldBlock {
  /** Its number in the file. */
  readonly index: number;
  /** 32 bytes of SHA-256. */
  readonly digest: Uint8Array;
}

/** A block without a digest. */
export interface NewBlock {
  /** Its number in the file, starting at 0. */
  readonly index: number;
  /** Its content. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes at its beginning that are staged already. @default {0} */
  readonly staged?: number;
}

/** The staged content of an upload, in the order of the file. */
export interface StagedContent {
  /** Fills `into` from `offset`; fewer bytes only at the end of what is staged. */
  readAt(offset: number, into: Uint8Array): Promise<number>;
  /** Resolves when everything that was written would survive a power cut. */
  sync(): Promise<void>;
  /** The SHA-256 of all of it, in hex, if it was asked for. @default it is computed by reading it */
  readonly sha256?: (() => Promise<string>) | undefined;
}
