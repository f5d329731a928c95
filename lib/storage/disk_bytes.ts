/**
 * The size of the disk under a folder.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Returns the size in bytes of the file system that has a folder, or would have it if it were created.
 *
 * @returns `undefined` where neither the system nor the sandbox (`--allow-sys=statfs`) tells it.
 */
export function diskBytes(folder: string): number | undefined {
  for (const path of [folder, dirname(folder)]) {
    try {
      const { blocks, bsize } = statfsSync(path);
      if (blocks > 0) return blocks * bsize;
    } catch {
      // It does not exist yet, or may not be asked about.
    }
  }
  return undefined;
}
