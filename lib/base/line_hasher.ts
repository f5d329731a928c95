/**
 * SHA-256 of many lines.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import { nodeCrypto } from "./node_builtins.ts";

/** Lines that are hashed at once, so that there may be any number of them. */
const LINES = 512;

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
