/**
 * Preconditions of uploads.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { RootHasher } from "../blocks/manifest.ts";
import type { StoredFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { BlockSource } from "./block_source.ts";
import type { Precondition } from "./files.ts";
import type { ServiceContext } from "./service_context.ts";

/**
 * Checks a precondition against the current target.
 *
 * @param base The target; `null` if it does not exist.
 * @throws `conflict` if the precondition does not hold.
 */
export async function requirePrecondition(
  context: ServiceContext,
  at: StorePath,
  base: StoredFile | null,
  precondition: Precondition = { kind: "absent" },
): Promise<void> {
  if (precondition.kind === "any") return;
  if (precondition.kind === "absent") {
    if (base !== null) throw new FtError("conflict", `already exists: ${at}`, { name: at });
    return;
  }
  const root = base === null ? undefined : await rootOf(context, base);
  if (root !== precondition.root) {
    throw new FtError("conflict", `changed meanwhile: ${at}`, { name: at });
  }
}

/** The root is computed here because the cache may be unable to store it. */
async function rootOf(context: ServiceContext, file: StoredFile): Promise<string> {
  const { path, revision, bytes } = file.entry;
  const known = context.cache.get(path, revision)?.blocks?.root;
  if (known !== undefined) return known;
  const root = new RootHasher();
  for await (const digests of new BlockSource(context, file).digests()) root.add(digests);
  return root.finish(bytes);
}
