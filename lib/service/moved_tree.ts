/**
 * The content of a move.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Store } from "../storage/store.ts";
import type { MoveOptions } from "./files.ts";
import { ROOT, type StorePath, storePath } from "../storage/store_path.ts";

/** The content of a file or folder that is about to move. */
export interface MovedContent {
  /** Bytes that could be counted. */
  readonly bytes: number;
  /** The error of the first folder or entry that could not be read, so that it was not counted. */
  readonly uncounted: FtError | undefined;
}

/**
 * Counts the bytes of a file, or of everything below a folder, and checks that everything will have
 * a valid path: below one that is too deep or too long, nothing could be listed, counted or removed.
 *
 * @throws `limit` if a path would be too deep or too long.
 */
export async function contentToMove(
  store: Store,
  source: StorePath,
  target: StorePath,
  { replace, signal }: MoveOptions = {},
): Promise<MovedContent> {
  // The store refuses these moves; nothing needs to be counted.
  if (source === ROOT || (!replace && await store.stat(target) !== null)) {
    return { bytes: 0, uncounted: undefined };
  }
  let bytes = (await store.stat(source))?.bytes ?? 0;
  let longest = target;
  let uncounted: FtError | undefined;
  const leftOut = (error: FtError) => {
    // Links and the like have no content; what cannot be looked at may have some.
    if (error.cause !== undefined) uncounted ??= error;
  };
  const walk = async (dir: StorePath) => {
    for await (const { path, type, bytes: size } of store.list(dir, signal, leftOut)) {
      const moved = storePath(`${target}${path.slice(source.length)}`);
      if (moved.length > longest.length) longest = moved;
      bytes += size;
      if (type === "dir") await walk(path).catch((error) => unread(path, error));
    }
  };
  const unread = (path: StorePath, error: unknown) => {
    signal?.throwIfAborted();
    const failure = asFtError(error, undefined, path);
    if (failure.retryable || failure.code === "limit") throw failure;
    uncounted ??= failure;
  };
  await walk(source).catch((error) => unread(source, error));
  // The system counts the served folder's own path, too.
  await store.stat(longest);
  return { bytes, uncounted };
}
