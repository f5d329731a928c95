/**
 * Small files of our own that are written whole or not at all.
 *
 * @module
 */

import { renameFile } from "./atomic_name.ts";
import { removeQuietly } from "./missing_files.ts";

/** Options of {@linkcode writeAtomically}. */
export interface AtomicWriteOptions {
  /** Whether an existing file is replaced; otherwise one is an "already exists" error. */
  readonly replace: boolean;
  /** Permission bits, less the user's mask. @default {0o666} */
  readonly mode?: number;
  /** Where the text is written before it gets its name. @default a random name beside `path` */
  readonly draft?: string;
}

/**
 * Writes a text file beside its name and renames it, so that readers see the old text or the new
 * one. After an error nothing is left beside it.
 *
 * @throws What the operating system reports.
 *
 * @example
 * ```ts
 * import { writeAtomically } from "./atomic_write.ts";
 *
 * const dir = await Deno.makeTempDir();
 * writeAtomically(`${dir}/settings`, "a = 1\n", { replace: true, mode: 0o600 });
 * if (await Deno.readTextFile(`${dir}/settings`) !== "a = 1\n") throw new Error();
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export function writeAtomically(path: string, text: string, options: AtomicWriteOptions): void {
  const { replace, mode, draft = `${path}.${crypto.randomUUID()}` } = options;
  try {
    Deno.writeTextFileSync(draft, text, { mode });
    renameFile(draft, path, replace);
  } catch (error) {
    removeQuietly(draft);
    throw error;
  }
}
