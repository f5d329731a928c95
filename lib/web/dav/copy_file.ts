/**
 * Copies a file within the server: its content does not pass through the client.
 *
 * @module
 */

import { RootHasher } from "../../blocks/manifest.ts";
import type { FileInfo } from "../../service/files.ts";
import type { UserPlace } from "../files/place.ts";

/** How a file is copied. */
export interface CopyOptions {
  /** Whether a file at the target is replaced. Otherwise one is a `conflict`. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
}

/**
 * Copies a file with its time, permission bits and properties. Digests of blocks that are known are used again;
 * each block is compared with its digest as it is written.
 *
 * @throws `conflict` (retryable) if the source is another version by now, and what reading and
 *   uploading throw.
 */
export async function copyFile(
  { files, properties }: Pick<UserPlace, "files" | "properties">,
  { path, bytes, revision, mtimeMs, executable, mode }: FileInfo,
  to: string,
  { replace, signal }: CopyOptions,
): Promise<void> {
  await using reading = await files.read(path, undefined, { revision, signal });
  const precondition = { kind: replace ? "any" : "absent" } as const;
  const facts = { bytes, mtimeMs, executable, mode };
  await using upload = await files.stage(to, { ...facts, precondition, signal });
  try {
    const root = new RootHasher();
    for await (using block of reading.blocks) {
      root.add(block.digest);
      await upload.write(block, { signal });
    }
    await upload.commit({ bytes, root: root.finish(bytes) }, { signal });
  } catch (error) {
    await upload.abandon();
    throw error;
  }
  properties.copy(path, to);
}
