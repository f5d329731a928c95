/**
 * SHA-256 of many lines.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import { loadNodeCrypto, nodeCrypto } from "./node_builtins.ts";

/** Lines that are hashed at once, so that there may be any number of them. */
const LINES = 512;

/** Lines that {@linkcode hashLines} holds in memory. */
const LINES_IN_MEMORY = 65_536;

/**
 * Computes the same for lines that are all there. For that the runtime has a digest from the start,
 * while `node:crypto` would have to be loaded, which takes longer.
 *
 * @returns The digest in hex.
 */
export async function hashLines(lines: readonly string[]): Promise<string> {
  if (lines.length > LINES_IN_MEMORY) {
    await loadNodeCrypto();
    const hasher = new LineHasher();
    for (const line of lines) hasher.add(line);
    return hasher.finish();
  }
  const bytes = new TextEncoder().encode(lines.join(""));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/**
 * Computes the SHA-256 of lines.
 *
 * @example
 * ```ts
 * import { LineHasher } from "./line_hasher.ts";
 *
 * if (new LineHasher().finish().length !== 64) throw new Error();
 * ```
 */
export class LineHasher {
  readonly #hash: Hash = nodeCrypto().createHash("sha256");
  #text = "";
  #lines = 0;

  /** Adds a line with its end. */
  add(line: string): void {
    this.#text += line;
    if (++this.#lines % LINES === 0) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }

  /** Returns the digest in hex. */
  finish(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }
}
