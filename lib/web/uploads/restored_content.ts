/**
 * The content of an upload that goes on: what is staged, compared with the digests in the journal.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { BLOCK_BYTES, MAX_DIGESTS_PER_FRAME } from "../../base/limits.ts";
import { blockDigest, DigestList, RootHasher, sameDigest } from "../../blocks/manifest.ts";
import type { StagedContent, Upload } from "../../service/files.ts";
import type { LocalUpload } from "./stage_upload.ts";
import type { StoredContent, StoredUpload } from "./stored_upload.ts";
import type { UploadJournal } from "./upload_journal.ts";

/** Content that is as it was when it arrived. */
export interface RestoredContent {
  readonly content: StoredContent;
  /** Has the digests of its whole blocks. */
  readonly root: RootHasher;
}

/**
 * Takes over what is staged of an upload, up to the first block that is not as it was. The journal
 * forgets the others.
 *
 * @throws What reading throws.
 */
export async function restoredContent(
  upload: LocalUpload,
  journal: UploadJournal,
  stored: StoredUpload,
  signal: AbortSignal,
): Promise<RestoredContent> {
  const { id, blocks, tailBytes, tailDigest } = stored;
  const root = new RootHasher();
  const held = await heldBlocks(upload, blocks, signal);
  let whole = 0;
  for (const digest of digestsOf(journal, stored)) {
    signal.throwIfAborted();
    if (!await takeOver(upload, held, whole, digest)) break;
    root.add(digest);
    whole++;
  }
  if (whole === blocks && await takeOverTail(upload, stored)) {
    return { content: { blocks, tailBytes, tailDigest }, root };
  }
  const content = { blocks: whole, tailBytes: 0, tailDigest: null };
  journal.shrink(id, content);
  return { content, root };
}

function* digestsOf(
  journal: UploadJournal,
  { id, blocks }: StoredUpload,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < blocks; start += MAX_DIGESTS_PER_FRAME) {
    yield* journal.digests(id, start, Math.min(blocks, start + MAX_DIGESTS_PER_FRAME));
  }
}

/** The digests of the first blocks, as far as they are staged. */
async function heldBlocks(
  upload: Upload,
  blocks: number,
  signal: AbortSignal,
): Promise<DigestList> {
  const held = new DigestList();
  if (blocks === 0) return held;
  let last = -1;
  for await (const { index, digest } of upload.have({ signal })) {
    // After them come those of the file to be replaced.
    if (index <= last || index >= blocks) break;
    held.set(index, digest);
    last = index;
    if (index === blocks - 1) break;
  }
  return held;
}

/** @returns Whether the block is as it was. */
async function takeOver(
  upload: LocalUpload,
  held: DigestList,
  index: number,
  digest: Uint8Array,
): Promise<boolean> {
  const found = held.get(index);
  if (found !== undefined && sameDigest(found, digest)) {
    await upload.keep({ index, digest });
    return true;
  }
  // After a restart of the server a block of zeros is taken for a gap.
  const bytes = await staged(upload.staged, index, BLOCK_BYTES, digest).catch((error) => {
    // A store that cannot read the block back has another one in its place.
    if (hasCode(error, "conflict") && error.retryable) return undefined;
    throw error;
  });
  if (bytes !== undefined) await upload.add({ index, bytes, staged: BLOCK_BYTES });
  return bytes !== undefined;
}

/** @returns Whether the bytes after the whole blocks are as they were. */
async function takeOverTail(
  upload: LocalUpload,
  { blocks: index, tailBytes, tailDigest }: StoredContent,
): Promise<boolean> {
  if (tailDigest === null) return true;
  const bytes = await staged(upload.staged, index, tailBytes, tailDigest);
  if (bytes !== undefined) await upload.add({ index, bytes, staged: tailBytes });
  return bytes !== undefined;
}

/** Reads the beginning of a block. @returns `undefined` unless it has this digest. */
export async function staged(
  content: StagedContent,
  index: number,
  length: number,
  digest: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(length);
  // Zeros at the end of the file are not written.
  await content.readAt(index * BLOCK_BYTES, bytes);
  return sameDigest(blockDigest(bytes), digest) ? bytes : undefined;
}
