/**
 * Stores a file from a legacy client. It sends no block digests, so the service computes them.
 *
 * @module
 */

import { BlockBuffers } from "../blocks/buffers.ts";
import { RootHasher } from "../blocks/manifest.ts";
import type { FileInfo, Files, Upload } from "../service/files.ts";
import { requireLegacyName } from "./legacy_name.ts";

/** Block buffers, shared by the uploads of all connections. */
const buffers = new BlockBuffers();

/**
 * Stores a new file. It becomes visible after its last block; after an error nothing is kept.
 *
 * @param blocks Whole blocks, of which only the last may be shorter. Each view is valid until the
 *   next block is requested.
 * @throws `conflict` if the name is taken, and what the file service and `blocks` throw.
 */
export async function storeFile(
  files: Files,
  name: string,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<FileInfo> {
  requireLegacyName(name);
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
  const root = new RootHasher();
  let index = 0;
  let bytes = 0;
  for await (const content of blocks) {
    const view = buffers.take(content.length);
    view.set(content);
    const block = { index: index++, bytes: view };
    root.add(await upload.add(block, { signal }));
    buffers.give(block.bytes);
    bytes += content.length;
  }
  return await upload.commit({ bytes, root: root.finish(bytes) }, { signal });
}
