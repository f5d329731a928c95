/**
 * Reads and hashes blocks of local files.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT } from "../../base/limits.ts";
import { mapOrdered } from "../../base/pipeline.ts";
import { OwnedBlock } from "../../blocks/block.ts";
import { blockCount, blockLength } from "../../blocks/manifest.ts";
import type { TransferContext } from "../remote/transfer_context.ts";

/** Content to be hashed. */
export interface LocalContent {
  /** Where it is read from; fewer bytes than asked for mean its end. */
  readonly from: { readAt(offset: number, into: Uint8Array): Promise<number> };
  /** Its size, which gives the last block's length. */
  readonly bytes: number;
  /** Its name in errors. */
  readonly name: string;
  /** Chooses blocks by number. @default all */
  readonly wanted?: (index: number) => boolean;
}

/**
 * Reads and hashes blocks, several at once, in order.
 *
 * @throws `conflict` (retryable) when the content became shorter.
 */
export function localBlocks(
  { from, bytes, name, wanted = () => true }: LocalContent,
  { signal, buffers, hasher }: Pick<TransferContext, "signal" | "buffers" | "hasher">,
): AsyncGenerator<OwnedBlock> {
  const indexes = Array.from({ length: blockCount(bytes) }, (_, i) => i).filter(wanted);
  return mapOrdered(indexes, BLOCKS_IN_FLIGHT / 2, async (index) => {
    signal?.throwIfAborted();
    const view = buffers.take(blockLength(bytes, index));
    if (await from.readAt(index * BLOCK_BYTES, view) !== view.length) {
      throw new FtError("conflict", `changed while it was read: ${name}`, {
        name,
        retryable: true,
      });
    }
    const hashed = await hasher.digest(view);
    return new OwnedBlock(buffers, index, hashed.bytes, hashed.digest);
  });
}
