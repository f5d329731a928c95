/**
 * Text in pieces of a size that is worth sending.
 *
 * @module
 */

import { LISTING_PIECE_CHARS } from "../../base/limits.ts";

/** Joins short texts to pieces, and encodes them. */
export async function* textPieces(
  texts: AsyncIterable<string>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const utf8 = new TextEncoder();
  let piece = "";
  for await (const text of texts) {
    piece += text;
    if (piece.length < LISTING_PIECE_CHARS) continue;
    yield utf8.encode(piece);
    piece = "";
  }
  yield utf8.encode(piece);
}
