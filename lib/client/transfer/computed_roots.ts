/**
 * Computes the roots of local files.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { BATCH_WIDTH, SMALL_FILE_BYTES } from "../../base/limits.ts";
import { delay } from "../../base/signals.ts";
import { RootHasher } from "../../blocks/manifest.ts";
import { smallFile, smallRoot } from "../../blocks/small_file_digest.ts";
import type { LocalVersion } from "../remote/local_roots.ts";
import type { TransferContext } from "../remote/transfer_context.ts";
import { localBlocks } from "./local_blocks.ts";
import { LocalFile } from "./local_file.ts";

/** The part of a context that reading and hashing takes. */
type Reading = Pick<TransferContext, "signal" | "buffers" | "hasher" | "roots">;

/**
 * Reads and hashes files, and remembers their roots.
 *
 * @returns The roots by path, without files that cannot be read or have changed.
 */
export async function computeRoots(
  context: Reading,
  files: readonly LocalVersion[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let read = 0;
  for (const file of files) {
    context.signal?.throwIfAborted();
    // In between, the connection gets its turn.
    if (++read % BATCH_WIDTH === 0) await delay(0);
    const readMs = Date.now();
    const root = await rootOf(context, file);
    if (root === null) continue;
    found.set(file.path, root);
    context.roots.remember(file, root, readMs);
  }
  return found;
}

/** @returns `null` for a file that has another size by now, or cannot be read. */
async function rootOf(context: Reading, file: LocalVersion): Promise<string | null> {
  try {
    return file.bytes <= SMALL_FILE_BYTES ? smallRootOf(file) : await largeRootOf(context, file);
  } catch {
    context.signal?.throwIfAborted();
    return null;
  }
}

function smallRootOf({ path, bytes: size, mtimeMs }: LocalVersion): string | null {
  const bytes = readFileSync(path);
  if (bytes.length !== size) return null;
  return smallRoot(smallFile({ path, bytes, mtimeMs, executable: false }));
}

async function largeRootOf(
  context: Reading,
  { path, bytes }: LocalVersion,
): Promise<string | null> {
  using file = new LocalFile(path);
  if (file.info.size !== bytes) return null;
  const root = new RootHasher();
  for await (using block of localBlocks({ from: file, bytes, name: path }, context)) {
    root.add(block.digest);
  }
  return file.unchanged() ? root.finish(bytes) : null;
}
