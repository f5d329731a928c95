/**
 * Compression of data frames with zstd (RFC 8878). Each frame is compressed separately, so that any
 * frame can be resent alone and none can exceed its announced length.
 *
 * @module
 */

import { protocolError } from "../base/errors.ts";
import { COMPRESSION_SAMPLE_BYTES, MAX_DATA_BYTES } from "../base/limits.ts";
import { nodeZlib } from "../base/node_builtins.ts";

/** The decoder's maximum memory, as RFC 8878 (3.1.1.1.2) recommends: 8 MiB. */
const WINDOW_LOG = 23;

function fast() {
  return { params: { [nodeZlib().constants.ZSTD_c_compressionLevel]: 1 } };
}

function compress(piece: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  nodeZlib().zstdCompress(
    piece,
    fast(),
    (error, packed) => error ? reject(error) : resolve(packed),
  );
  return promise;
}

/** Whether a sample from the middle shrinks by a tenth; other content is sent uncompressed. */
function looksCompressible(piece: Uint8Array): boolean {
  if (piece.length <= COMPRESSION_SAMPLE_BYTES) return true;
  const from = (piece.length - COMPRESSION_SAMPLE_BYTES) >> 1;
  const sample = piece.subarray(from, from + COMPRESSION_SAMPLE_BYTES);
  return nodeZlib().zstdCompressSync(sample, fast()).length < sample.length * 0.9;
}

/**
 * Compresses a piece of content.
 *
 * @returns `null` if the result is not shorter.
 */
export async function shrink(piece: Uint8Array): Promise<Uint8Array | null> {
  if (!looksCompressible(piece)) return null;
  const packed = await compress(piece);
  return packed.length < piece.length ? packed : null;
}

/**
 * Decompresses a piece of content.
 *
 * @param rawLength The announced length; decompression stops there.
 * @param maxLength The maximum allowed length.
 * @throws `protocol` if the data is not zstd, or has another length than announced.
 */
export function inflate(
  packed: Uint8Array,
  rawLength: number,
  maxLength = MAX_DATA_BYTES,
): Uint8Array {
  if (rawLength === 0 || rawLength > maxLength) {
    throw protocolError(`compressed data of ${rawLength} bytes`);
  }
  const { constants, zstdDecompressSync } = nodeZlib();
  let raw: Uint8Array;
  try {
    raw = zstdDecompressSync(packed, {
      maxOutputLength: rawLength,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
  } catch (cause) {
    throw protocolError("compressed data does not decompress to its announced length", cause);
  }
  if (raw.length !== rawLength) throw protocolError("compressed data has another length");
  // Not a Buffer, whose `slice` would share memory.
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.length);
}
