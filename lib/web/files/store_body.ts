/**
 * Stores the body of a request as a file.
 *
 * @module
 */

import { OwnedBlock } from "../../blocks/block.ts";
import { BlockBuffers } from "../../blocks/buffers.ts";
import { blockDigest, DigestList } from "../../blocks/manifest.ts";
import { BLOCK_BYTES } from "../../base/limits.ts";
import type { FileInfo, Precondition, Upload } from "../../service/files.ts";
import type { RequestBody } from "../http/request_body.ts";
import type { ExpectedDigests } from "./digest_fields.ts";
import type { Place } from "./place.ts";

/** How a body is stored. */
export interface Staging {
  readonly precondition: Precondition;
  readonly signal: AbortSignal;
  /** Its size in bytes; `undefined` if it is not known. */
  readonly bytes: number | undefined;
}

/** Block buffers, shared by all uploads. */
const buffers = new BlockBuffers();

/**
 * Stores a body. It becomes visible after its last byte; after an error nothing is kept.
 *
 * @throws `integrity` for a wrong digest, and what the file service and the body throw.
 */
export async function storeBody(
  { files, path }: Pick<Place, "files" | "path">,
  body: RequestBody,
  digests: ExpectedDigests,
  { precondition, signal, bytes }: Staging,
): Promise<FileInfo> {
  const size = bytes === undefined ? {} : { bytes };
  await using upload = await files.stage(path, { precondition, signal, ...size });
  try {
    const total = await writeAll(upload, body, digests, signal);
    digests.check();
    return await upload.commit(total, { signal });
  } catch (error) {
    await upload.abandon();
    throw error;
  }
}

async function writeAll(
  upload: Upload,
  body: RequestBody,
  expected: ExpectedDigests,
  signal: AbortSignal,
): Promise<{ bytes: number; root: string }> {
  const digests = new DigestList();
  let bytes = 0;
  for (let index = 0; !body.ended; index++) {
    const view = buffers.take(Math.min(BLOCK_BYTES, (body.length ?? Infinity) - bytes));
    const content = view.subarray(0, await body.readInto(view));
    if (content.length === 0) break;
    expected.update(content);
    using block = new OwnedBlock(buffers, index, content, blockDigest(content));
    digests.set(index, block.digest);
    await upload.write(block, { signal });
    bytes += content.length;
  }
  return { bytes, root: digests.root(bytes) };
}
