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
import type { SourceReader } from "./source_reader.ts";

/** The error for a target whose content differs from the expected. */
export function changedMeanwhile(at: StorePath, facts?: { readonly retryable: boolean }): FtError {
  return new FtError("conflict", `changed meanwhile: ${at}`, { name: at, ...facts });
}

/**
 * Checks a precondition against the current target.
 *
 * @param base The target; `null` if it does not exist.
 * @param reader On whose behalf the target is read, if need be.
 * @throws `conflict` if the precondition does not hold, `limit` if the reader has too much hashing
 *   under way, the signal's reason if it is aborted first.
 */
export async function requirePrecondition(
  context: ServiceContext,
  at: StorePath,
  base: StoredFile | null,
  reader: SourceReader,
  precondition: Precondition = { kind: "absent" },
): Promise<void> {
  if (precondition.kind === "any") return;
  if (precondition.kind === "absent") {
    if (base !== null) throw new FtError("conflict", `already exists: ${at}`, { name: at });
    return;
  }
  const root = base === null ? undefined : await rootOf(context, base, reader);
  if (root !== precondition.root) throw changedMeanwhile(at);
}

/**
 * Checks a required root before the target is locked, as the target may have to be hashed.
 *
 * @returns The revision that has it; `undefined` if no root is required.
 * @throws As {@linkcode requirePrecondition}.
 */
export async function comparedRevision(
  context: ServiceContext,
  at: StorePath,
  reader: SourceReader,
  precondition: Precondition | undefined,
): Promise<string | undefined> {
  if (precondition?.kind !== "root") return undefined;
  await using base = await context.store.open(at);
  await requirePrecondition(context, at, base, reader, precondition);
  return base?.entry.revision;
}

/** The root is computed here because the cache may be unable to store it. */
async function rootOf(
  context: ServiceContext,
  file: StoredFile,
  reader: SourceReader,
): Promise<string> {
  const { path, revision, bytes } = file.entry;
  const known = context.cache.facts(path, revision)?.root;
  if (known !== undefined) return known;
  const root = new RootHasher();
  using _place = await context.hashing.place(file.entry, reader);
  for await (const digests of new BlockSource(context, file, reader).digests()) root.add(digests);
  return root.finish(bytes);
}
