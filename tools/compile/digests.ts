/**
 * Digests of files, and lists of them as `sha256sum -c` reads.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "../../testing/paths.ts";

/** The SHA-256 of some bytes, in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Makes the lines of a list. */
export function digestList(files: Iterable<readonly [name: string, bytes: Uint8Array]>): string {
  return [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).join("");
}

/**
 * Checks a folder against a list.
 *
 * @throws {Error} When a file is not what the list says, or is missing.
 */
export async function checkFolder(folder: string, list: string): Promise<void> {
  for (const line of list.trim().split("\n")) {
    const [digest, name] = line.split("  ");
    if (digest === undefined || name === undefined) throw new Error(`Not a digest list: ${line}`);
    if (sha256(await Deno.readFile(join(folder, name))) !== digest) {
      throw new Error(`${name} is not what was packed`);
    }
  }
}
