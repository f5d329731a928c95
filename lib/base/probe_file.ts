/**
 * Files that exist for a moment, to learn something of the file system.
 *
 * @module
 */

import { removeIfThere } from "./missing_files.ts";

/** Others may look at the same moment, and take the name. */
const ATTEMPTS = 5;

/**
 * Creates an empty file, looks at it and removes it. One that a killed program left is replaced.
 *
 * @param mode The permission bits that are asked for. @default {0o666}
 * @throws What the operating system reports.
 *
 * @example
 * ```ts
 * import { probeFile } from "./probe_file.ts";
 *
 * const path = `${Deno.makeTempDirSync()}/.probe`;
 * if (probeFile(path, (file) => file.statSync().size) !== 0) throw new Error();
 * ```
 */
export function probeFile<T>(path: string, look: (file: Deno.FsFile) => T, mode = 0o666): T {
  for (let attempt = 1;; attempt++) {
    try {
      using file = Deno.openSync(path, { write: true, createNew: true, mode });
      try {
        return look(file);
      } finally {
        removeIfThere(path);
      }
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Deno.errors.AlreadyExists)) throw error;
      removeIfThere(path);
    }
  }
}
