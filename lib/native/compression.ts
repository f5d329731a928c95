/**
 * Compression of data frames: zstd (RFC 8878), each frame by itself, so that any of them can be
 * sent again alone and none can grow past what was announced.
 *
 * @module
 */

import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { protocolError } from "../base/errors.ts";
import { COMPRESSION_SAMPLE_BYTES, MAX_DATA_BYTES } from "../base/limits.ts";

/** The decoder's memory, as RFC 8878 (3.1.1.1.2) recommends at most: 8 MiB. */
const WINDOW_LOG = 23;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const compress = promisify(zstdCompress);

/** Whether a few KiB from the middle shrink by a tenth; content that does not is sent as it is. */
function looksCompressible(piece: Uint8Array): boolean {
  if (piece.length <= COMPRESSION_SAMPLE_BYTES) return true;
  const from = (piece.length - COMPRESSION_SAMPLE_BYTES) >> 1;
  const sample = piece.subarray(from, from + COMPRESSION_SAMPLE_BYTES);
  return zstdCompressSync(sample, FAST).length < sample.length * 0.9;
}

/**
 * Compresses a piece of content.
 *
 * @returns `null` where that would not make it shorter.
 */
export async function shrink(piece: Uint8Array): Promise<Uint8Array | null> {
  if (!looksCompressible(piece)) return null;
  const packed = await compress(piece, FAST);
  return packed.length < piece.length ? packed : null;
}

/**
 * Decompresses a piece of content.
 *
 * @param rawLength What the sender said it comes to; nothing longer is ever made.
 * @param most What it may come to.
 * @throws `protocol` when it is not zstd or not of that length.
 */
export function inflate(packed: Uint8Array, rawLength: number, most = MAX_DATA_BYTES): Uint8Array {
  if (rawLength === 0 || rawLength > most) {
    throw protocolError(`compressed data of ${rawLength} bytes`);
  }
  let raw: Uint8Array;
  try {
    raw = zstdDecompressSync(packed, {
      maxOutputLength: rawLength,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
  } catch (cause) {
    throw protocolError("compressed data does not decompress to what was announced", cause);
  }
  if (raw.length !== rawLength) throw protocolError("compressed data has another length");
  // A plain view: a slice of the runtime's own kind would not be a copy.
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.length);
}
