/**
 * Fills a block with the next bytes of a request.
 *
 * @module
 */

/** Returns 1 to `max` bytes, valid until the next call; `null` at the end. */
export type ReadPiece = (max: number) => Promise<Uint8Array | null>;

/** A block as far as it was filled. */
export interface Filled {
  /** Bytes in it. */
  readonly bytes: number;
  /** Whether nothing more comes. */
  readonly end: boolean;
  /** Why nothing more comes, unless the request is complete. */
  readonly error?: unknown;
}

/**
 * Fills a block, as far as bytes come.
 *
 * @param from Bytes that are in it already.
 */
export async function fillBlock(
  view: Uint8Array,
  from: number,
  read: ReadPiece,
): Promise<Filled> {
  let bytes = from;
  try {
    while (bytes < view.length) {
      const piece = await read(view.length - bytes);
      if (piece === null) return { bytes, end: true };
      view.set(piece, bytes);
      bytes += piece.length;
    }
    return { bytes, end: false };
  } catch (error) {
    return { bytes, end: true, error };
  }
}
