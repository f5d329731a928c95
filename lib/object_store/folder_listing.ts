/**
 * Lists a folder of an object store: the names directly below a prefix.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { FtError, hasCode } from "../base/errors.ts";
import { OBJECT_LOOKS_AHEAD, OBJECTS_A_PAGE } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import type { StoreEntry } from "../storage/store.ts";
import { join, joinedText, RESERVED_NAME, ROOT, type StorePath } from "../storage/store_path.ts";
import type { Bucket, ListedObject } from "./bucket.ts";
import type { KnownFacts } from "./known_facts.ts";
import { entryOf, folderEntry } from "./object_facts.ts";
import type { ObjectKeys } from "./object_key.ts";

/** Where to list. */
export interface ListingContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly known: KnownFacts;
}

/** How to list. */
export interface FolderListing {
  readonly dir: StorePath;
  readonly signal: AbortSignal | undefined;
  /** Receives the errors of names that cannot be served, and of objects that cannot be looked at. */
  readonly leftOut: (error: FtError) => void;
  readonly namesOnly: boolean;
}

/** A child of a folder. */
interface Child {
  readonly path: StorePath;
  /** The file; `null` for a folder. */
  readonly file: ListedObject | null;
}

/** Yields the entries of a folder, ordered by name, in batches. */
export async function* listFolder(
  context: ListingContext,
  listing: FolderListing,
): AsyncGenerator<readonly StoreEntry[]> {
  const { signal, leftOut, namesOnly } = listing;
  const children = await childrenOf(context, listing);
  if (namesOnly) return yield* batched(children.map(named), OBJECTS_A_PAGE);
  const look = (child: Child) => looked(context, child, signal);
  let entries: StoreEntry[] = [];
  for await (const found of mapOrdered(children, OBJECT_LOOKS_AHEAD, look)) {
    signal?.throwIfAborted();
    if (found instanceof FtError) leftOut(found);
    else if (found !== null) entries.push(found);
    if (entries.length < OBJECT_LOOKS_AHEAD) continue;
    yield entries;
    entries = [];
  }
  yield entries;
}

function* batched<T>(items: readonly T[], most: number): Generator<readonly T[], undefined> {
  for (let at = 0; at < items.length; at += most) yield items.slice(at, at + most);
}

async function childrenOf(
  { bucket, keys }: ListingContext,
  { dir, signal, leftOut }: FolderListing,
): Promise<readonly Child[]> {
  const prefix = keys.folder(dir);
  const children = new Map<string, Child>();
  for await (const page of bucket.pages({ prefix, signal })) {
    signal?.throwIfAborted();
    for (const listed of page) {
      const child = childOf(dir, prefix, listed);
      if (child === null) continue;
      if (child instanceof FtError) leftOut(child);
      else if (!children.has(child.path)) children.set(child.path, child);
      else leftOut(twice(child.path));
    }
  }
  return [...children.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

/** @returns `null` for the marker of the folder itself, and for the server's own objects. */
function childOf(dir: StorePath, prefix: string, listed: ListedObject): Child | FtError | null {
  const rest = listed.key.slice(prefix.length);
  if (rest === "") return null;
  const isFile = listed.object !== undefined;
  const name = isFile ? rest : rest.slice(0, -1);
  if (dir === ROOT && name === RESERVED_NAME) return null;
  try {
    const path = join(dir, name);
    if (path === dir) throw new FtError("not_allowed", "it has no name");
    return { path, file: isFile ? listed : null };
  } catch (error) {
    const shown = joinedText(dir, rest);
    const message = `an object of this name cannot be served: ${shown.slice(0, 300)}`;
    return new FtError("not_allowed", message, { name: shown, cause: asFtError(error) });
  }
}

/** Other tools may write an object and others below it. Its folder cannot be reached. */
function twice(path: StorePath): FtError {
  const message = `there is a file of the same name: ${path}/`;
  return new FtError("conflict", message, { name: `${path}/` });
}

function named({ path, file }: Child): StoreEntry {
  const entry = folderEntry(path);
  return file === null ? entry : { ...entry, type: "file" };
}

/** @returns `null` if it has gone meanwhile. */
async function looked(
  { bucket, keys, known }: ListingContext,
  { path, file }: Child,
  signal: AbortSignal | undefined,
): Promise<StoreEntry | FtError | null> {
  try {
    if (file === null) {
      const marker = await bucket.find(keys.folder(path), path, signal);
      return folderEntry(path, marker?.facts);
    }
    const facts = known.get(file.key, file.object!);
    if (facts !== undefined) return entryOf(path, facts);
    const found = await bucket.find(file.key, path, signal);
    if (found === null) return null;
    known.set(file.key, found.facts, Date.parse(found.headers.get("date") ?? ""));
    return entryOf(path, found.facts);
  } catch (error) {
    // The others cannot be looked at, either.
    if (hasCode(error, "network") || signal?.aborted) throw error;
    return asFtError(error, undefined, path);
  }
}
