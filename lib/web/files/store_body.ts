/**
 * Stores the body of a request as a file.
 *
 * @module
 */

import { BlockBuffers } from "../../blocks/buffers.ts";
import { RootHasher } from "../../blocks/manifest.ts";
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
  const root = new RootHasher();
  let bytes = 0;
  let last = Promise.resolve();
  try {
    for (let index = 0; !body.ended; index++) {
      const view = buffers.take(Math.min(BLOCK_BYTES, (body.length ?? Infinity) - bytes));
      const block = { index, bytes: view.subarray(0, await body.readInto(view)) };
      if (block.bytes.length === 0) break;
      bytes += block.bytes.length;
      expected.update(block.bytes);
      await last;
      // The next block arrives while this one is written.
      last = upload.add(block, { signal }).then((digest) => {
        root.add(digest);
        buffers.give(block.bytes);
      });
      last.catch(() => {});
    }
  } finally {
    await last;
  }
  return { bytes, root: root.finish(bytes) };
}
