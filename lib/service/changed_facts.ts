/**
 * Changes of time and permission bits.
 *
 * @module
 */

import type { StoredFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { infoOf } from "./file_info.ts";
import type { FactOptions, FileInfo } from "./files.ts";
import { requirePrecondition } from "./precondition.ts";
import type { ServiceContext } from "./service_context.ts";
import type { SourceReader } from "./source_reader.ts";

/** The file to change. */
export interface FactTarget {
  /** Checks path, permission and leases. @throws What a check throws. */
  changeable(): StorePath;
  open(): Promise<StoredFile>;
}

/**
 * Sets time and permission bits of a file that has the given content.
 *
 * @param reader On whose behalf it is read, if need be.
 * @throws As `Files.setFacts`.
 */
export async function changeFacts(
  context: ServiceContext,
  target: FactTarget,
  { root, signal, ...facts }: FactOptions,
  reader: SourceReader,
): Promise<FileInfo> {
  const at = target.changeable();
  const { trees, commits, store, cache } = context;
  await using file = await target.open();
  // Content is compared before the file is locked; the store compares its revision.
  await requirePrecondition(context, at, file, reader, { kind: "root", root });
  using _tree = await trees.share([at], signal);
  using _alone = await commits.acquire(at, signal);
  await context.leases.changes.fresh();
  // Permission may have gone, or a lease may have been taken, while this waited.
  target.changeable();
  const { revision } = file.entry;
  const entry = await store.setFacts(at, revision, facts);
  cache.renew(revision, entry);
  return { ...infoOf(entry), root };
}
