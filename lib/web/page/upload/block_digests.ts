/**
 * The digests of the blocks of a file, by which the server verifies what arrives.
 *
 * @module
 */

/** Bytes of a block, as on the server: its limits would all become a part of the page. */
export const BLOCK_BYTES = 2 ** 20;
/** Bytes of a digest (SHA-256). */
export const DIGEST_BYTES = 32;

/** Returns the digests of the pieces of a blob, one after the other. */
export type DigestPieces = (blob: Blob, pieceBytes: number) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Returns the root of a file, by which the server knows its content: the SHA-256 of the digests of its
 * blocks and its size.
 *
 * @param digests Those of all blocks of the file.
 */
export async function rootOf(
  digests: Uint8Array<ArrayBuffer>,
  fileBytes: number,
  digestAll: DigestPieces,
): Promise<string> {
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(fileBytes));
  const blob = new Blob([digests, size]);
  return hex(await digestAll(blob, blob.size));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Digests of the blocks of one file, as far as they are known. */
export class BlockDigests {
  #known: Uint8Array<ArrayBuffer>;
  #blocks = 0;

  constructor(readonly file: Blob, readonly digestAll: DigestPieces) {
    this.#known = new Uint8Array(Math.ceil(file.size / BLOCK_BYTES) * DIGEST_BYTES);
  }

  /** The number of blocks from the beginning that are known. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Learns the digests of further blocks, up to the one before `end`. */
  async learn(end: number): Promise<void> {
    if (end <= this.#blocks) return;
    const part = this.file.slice(this.#blocks * BLOCK_BYTES, end * BLOCK_BYTES);
    this.#known.set(await this.digestAll(part, BLOCK_BYTES), this.#blocks * DIGEST_BYTES);
    this.#blocks = Math.ceil(this.file.size / BLOCK_BYTES) < end
      ? Math.ceil(this.file.size / BLOCK_BYTES)
      : end;
  }

  /** The digests of blocks from `start` to the one before `end`, in base64. */
  base64(start: number, end: number): string {
    const part = this.#known.subarray(start * DIGEST_BYTES, end * DIGEST_BYTES);
    return btoa(String.fromCharCode(...part));
  }

  /** The root. All blocks must be known. */
  root(): Promise<string> {
    return rootOf(this.#known, this.file.size, this.digestAll);
  }
}
