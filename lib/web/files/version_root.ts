/**
 * The root of a version of a file that is not known yet.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { RootHasher } from "../../blocks/manifest.ts";
import type { FileInfo } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { tagsOf } from "../http/entity_tags.ts";
import type { Place } from "./place.ts";

/**
 * Computes the root of a file.
 *
 * @throws `conflict` (retryable) if the file is another version by now.
 */
export async function rootOfVersion(
  { files, path }: Pick<Place, "files" | "path">,
  { revision }: FileInfo,
  signal: AbortSignal,
): Promise<string> {
  await using manifest = await files.manifest(path, { signal });
  if (manifest.info.revision !== revision) {
    throw new FtError("conflict", `changed meanwhile: ${path}`, { name: path, retryable: true });
  }
  const root = new RootHasher();
  for await (const digests of manifest.digests) root.add(digests);
  return root.finish(manifest.info.bytes);
}

const ROOT_TAG = /"[0-9a-f]{64}"/;

/**
 * Adds the root to the facts about a file if a precondition of the request is about it: the answer to
 * an upload has the root in its tag, long before a later request would know it.
 *
 * @throws As {@linkcode rootOfVersion}.
 */
export async function withComparedRoot(
  { headers, signal }: Pick<Exchange, "headers" | "signal">,
  place: Pick<Place, "files" | "path">,
  info: FileInfo,
): Promise<FileInfo> {
  if (info.root !== undefined || info.type === "dir") return info;
  const asked = ["if-match", "if-none-match", "if-range"].map((name) => headers.get(name) ?? "");
  const [byRevision] = tagsOf(info);
  const open = asked.some((field) => ROOT_TAG.test(field) && !field.includes(byRevision!));
  return open ? { ...info, root: await rootOfVersion(place, info, signal) } : info;
}
