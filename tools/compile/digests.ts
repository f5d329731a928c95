/**
 * Digests of files, and lists of digests in the format of `sha256sum -c`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";

/** Returns a SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Returns the list of digests of files. */
export function digestList(files: Iterable<readonly [name: string, bytes: Uint8Array]>): string {
  return [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join("");
}

/**
 * Verifies the files of a folder against a list of digests.
 *
 * @throws {Error} If a file does not match its digest, or is missing.
 */
export async function checkFolder(folder: string, list: string): Promise<void> {
  for (const line of list.trim().split("\n")) {
    const [digest, name] = line.split("  ");
    if (digest === undefined || name === undefined) {
      throw new Error(`Not a list of digests: ${line}`);
    }
    if (sha256(await Deno.readFile(join(folder, name))) !== digest) {
      throw new Error(`${name} does not match its digest`);
    }
  }
}
