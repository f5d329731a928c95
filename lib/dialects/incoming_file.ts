/**
 * A file on its way from an older peer, which names no digests: they are made here.
 *
 * @module
 */

import { OwnedBlock } from "../blocks/block.ts";
import { BlockBuffers } from "../blocks/buffers.ts";
import { blockCount, blockDigest, DigestList, rootOf } from "../blocks/manifest.ts";
import type { FileInfo, Files, Upload } from "../service/files.ts";

/** Shared by the uploads of all connections. */
const buffers = new BlockBuffers();

/**
 * Stores a file under a name that must be free. Nothing is visible before the last block, and
 * nothing is kept when it fails.
 *
 * @param blocks Whole blocks, only the last one shorter; each view holds until the next is asked for.
 * @throws `conflict` when the name is taken, what the service gives, and what `blocks` throw.
 */
export async function storeFile(
  files: Files,
  name: string,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<FileInfo> {
  await using upload = await files.stage(name, { signal });
  try {
    return await writeAll(upload, blocks, signal);
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}

async function writeAll(
  upload: Upload,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<FileInfo> {
  const digests = new DigestList();
  let index = 0;
  let bytes = 0;
  for await (const content of blocks) {
    const view = buffers.take(content.length);
    view.set(content);
    using block = new OwnedBlock(buffers, index, view, blockDigest(view));
    digests.set(index, block.digest);
    await upload.write(block, { signal });
    index++;
    bytes += content.length;
  }
  const root = rootOf(digests.concat(blockCount(bytes)), bytes);
  return await upload.commit({ bytes, root }, { signal });
}
