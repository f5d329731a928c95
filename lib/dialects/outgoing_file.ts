/**
 * A file on its way to an older peer: one version of it, with the digest of the whole before the
 * first byte.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { MAX_DATA_BYTES, MAX_SOURCE_CHANGES } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import type { FileInfo, Files, Reading, SumAlgorithm } from "../service/files.ts";

/** A file that is open, and the digest of its content. */
export interface SummedFile extends AsyncDisposable {
  readonly info: FileInfo;
  /** Lower-case hex. */
  readonly sum: string;
  readonly blocks: Reading["blocks"];
}

/**
 * Opens a file whose digest is known.
 *
 * @throws `not_found`, `not_allowed`, `conflict` when it changes again and again.
 */
export async function openSummed(
  files: Files,
  name: string,
  algorithm: SumAlgorithm,
  signal: AbortSignal,
): Promise<SummedFile> {
  for (let changes = 0;; changes++) {
    const { revision } = await files.stat(name, { signal });
    try {
      const sum = await files.sum(name, algorithm, { signal });
      const { info, blocks, ...reading } = await files.read(name, undefined, { revision, signal });
      return { info, sum, blocks, ...reading };
    } catch (error) {
      const again = hasCode(error, "conflict") && error.retryable && changes < MAX_SOURCE_CHANGES;
      if (!again) throw error;
    }
  }
}

/**
 * Sends content, in pieces.
 *
 * @param head What stands before a piece.
 * @throws `network`, and `conflict` when the file changed: then the peer has a part of it.
 */
export async function sendContent(
  connection: Connection,
  blocks: Reading["blocks"],
  signal: AbortSignal,
  head?: (pieceBytes: number) => Uint8Array,
): Promise<void> {
  for await (using block of blocks) {
    for (let at = 0; at < block.bytes.length; at += MAX_DATA_BYTES) {
      signal.throwIfAborted();
      const piece = block.bytes.subarray(at, at + MAX_DATA_BYTES);
      await (head === undefined
        ? connection.send(piece)
        : connection.send(head(piece.length), piece));
    }
  }
}
