/**
 * Sends a file to a legacy client, which gets the digest of the whole file before its first byte.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import { MAX_DATA_BYTES, MAX_SOURCE_CHANGES } from "../base/limits.ts";
import type { Connection } from "../net/connection.ts";
import type { FileInfo, Files, Reading, SumAlgorithm } from "../service/files.ts";
import { requireLegacyName } from "./legacy_name.ts";

/** An open file with the digest of its content. */
export interface SummedFile extends AsyncDisposable {
  readonly info: FileInfo;
  /** The digest in lower-case hex. */
  readonly sum: string;
  readonly blocks: Reading["blocks"];
}

/**
 * Opens a file together with the digest of the same revision.
 *
 * @throws `not_found`, `not_allowed` (see {@linkcode requireLegacyName}), and `conflict` if the file keeps changing.
 */
export async function openSummed(
  files: Files,
  name: string,
  algorithm: SumAlgorithm,
  signal: AbortSignal,
): Promise<SummedFile> {
  requireLegacyName(name);
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
 * Sends content in pieces of at most {@linkcode MAX_DATA_BYTES}.
 *
 * @param head Encodes what precedes a piece. @default nothing
 * @throws `network`, and `conflict` if the file changed, when the client already has a part of it.
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
