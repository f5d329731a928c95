/**
 * The worker that hashes blocks.
 *
 * @module
 */

import { blockDigest } from "./manifest.ts";

/** A block to hash. Its buffer is transferred. */
export interface HashJob {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A hashed block. Its buffer is transferred back. */
export interface HashDone extends HashJob {
  readonly digest: Uint8Array<ArrayBuffer>;
}

const port = self as unknown as {
  onmessage: (event: MessageEvent<HashJob>) => void;
  postMessage(message: HashDone, transfer: Transferable[]): void;
};

port.onmessage = ({ data: { id, bytes } }) => {
  const digest = blockDigest(bytes);
  port.postMessage({ id, bytes, digest }, [bytes.buffer]);
};
