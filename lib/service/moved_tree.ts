/**
 * The content of a move.
 *
 * @module
 */

import type { Store } from "../storage/store.ts";
import { ROOT, type StorePath, storePath } from "../storage/store_path.ts";

/**
 * Counts the bytes of a file, or of everything below a folder, and checks that everything will have
 * a valid path: below one that is too deep or too long, nothing could be listed, counted or removed.
 *
 * @throws `limit` if a path would be too deep or too long.
 */
export async function bytesToMove(
  store: Store,
  source: StorePath,
  target: StorePath,
  signal?: AbortSignal,
): Promise<number> {
  // The store refuses these moves; nothing needs to be counted.
  if (source === ROOT || await store.stat(target) !== null) return 0;
  let bytes = (await store.stat(source))?.bytes ?? 0;
  let longest = target;
  const walk = async (dir: StorePath) => {
    for await (const { path, type, bytes: size } of store.list(dir, signal)) {
      const moved = storePath(`${target}${path.slice(source.length)}`);
      if (moved.length > longest.length) longest = moved;
      bytes += size;
      if (type === "dir") await walk(path);
    }
  };
  await walk(source);
  // The system counts the served folder's own path, too.
  await store.stat(longest);
  return bytes;
}
