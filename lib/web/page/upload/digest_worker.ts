/**
 * The script of a worker: returns the digests of the pieces of blobs.
 *
 * @module
 */

import { digestPieces } from "./digest_pieces.ts";
import type { DigestAnswer, DigestRequest } from "./digests.ts";

addEventListener("message", ({ data }: MessageEvent<DigestRequest>) => void answer(data));

async function answer({ id, blob, pieceBytes }: DigestRequest): Promise<void> {
  let answer: DigestAnswer;
  try {
    answer = { id, digests: await digestPieces(blob, pieceBytes) };
  } catch (error) {
    // The file was changed or removed since the user chose it.
    answer = { id, error: String(error) };
  }
  postMessage(answer);
}
