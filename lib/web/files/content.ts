/**
 * The bytes of a range of a file, verified block by block.
 *
 * @module
 */

import { BLOCK_BYTES } from "../../base/limits.ts";
import type { FileInfo, Files, Reading } from "../../service/files.ts";
import type { ByteRange } from "../http/byte_ranges.ts";
import { startedStream } from "../http/started_stream.ts";

/** A version of a file. */
export interface Source {
  readonly files: Files;
  readonly path: string;
  readonly info: FileInfo;
  readonly signal: AbortSignal;
}

/**
 * Opens a range of a file, and reads its first block: what is wrong with a file shows before the
 * answer begins.
 *
 * @returns Its bytes. Each view is valid until the next one is requested; cancelling closes the file.
 * @throws `conflict` (retryable) if the file is another version by now, and what the file service
 *   throws.
 */
export async function openContent(
  { files, path, info, signal }: Source,
  range: ByteRange,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { start, end } = range;
  const all = start === 0 && end === info.bytes;
  const blocks = { start: Math.floor(start / BLOCK_BYTES), end: Math.ceil(end / BLOCK_BYTES) };
  const partial = end < info.bytes;
  const options = { revision: info.revision, verify: true, partial, signal };
  return await startedStream(
    cut(await files.read(path, all ? undefined : [blocks], options), range),
  );
}

async function* cut(
  opened: Reading,
  { start, end }: ByteRange,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  await using reading = opened;
  for await (using block of reading.blocks) {
    const at = block.index * BLOCK_BYTES;
    yield block.bytes.subarray(Math.max(0, start - at), Math.max(0, end - at));
  }
}
