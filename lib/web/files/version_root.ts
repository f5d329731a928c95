/**
 * The root of a version of a file that is not known yet.
 *
 * @module
 */

import { RootHasher } from "../../blocks/manifest.ts";
import type { FileInfo } from "../../service/files.ts";
import { preconditionFailed } from "../http/conditions.ts";
import type { Place } from "./place.ts";

/**
 * Computes the root of a file.
 *
 * @throws `conflict` (an `HttpError`) if the file is another version by now.
 */
export async function rootOfVersion(
  { files, path }: Place,
  { revision }: FileInfo,
  signal: AbortSignal,
): Promise<string> {
  await using manifest = await files.manifest(path, { signal });
  if (manifest.info.revision !== revision) throw preconditionFailed();
  const root = new RootHasher();
  for await (const digests of manifest.digests) root.add(digests);
  return root.finish(manifest.info.bytes);
}
