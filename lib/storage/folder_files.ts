/**
 * Creation of small files in one folder, which is checked once for all of them.
 *
 * @module
 */

import { renameFile } from "../base/atomic_name.ts";
import { FtError, notFound } from "../base/errors.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { FolderProof } from "./folder_proof.ts";
import { entryOf, type Facts, look, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import type { Keeping } from "./kept_versions.ts";
import { makeSmallFile } from "./small_file_write.ts";
import type { SwapGuard } from "./swap_guard.ts";
import type { SmallContent, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

/** How files are created in a folder. */
export interface FileCreation {
  readonly jail: FsJail;
  readonly guard: SwapGuard;
  /** Whether existing files are replaced. */
  readonly replace: boolean;
  /** Creates the folder and those above it, unless they exist. */
  makeFolder(): void;
  /** Returns a path on the disk; others begin with it, for files that have no name yet. */
  draft(): string;
  /** The facts of what has the name of a file that it replaces; `null` if nothing has. */
  replaced(file: SmallContent): Facts | null;
  /** The permission bits of a file. */
  bitsFor(file: SmallContent, replaced: Facts | null): number;
  /** Keeps what a file replaces; `null` if there is nothing to keep. */
  keep(file: SmallContent, replaced: Facts): Keeping | null;
  /** @throws `not_allowed` for a name that must not be created. */
  requirePortable(path: StorePath): void;
  /** Creates a file in a folder that another user can swap. */
  createGuarded(file: SmallContent): StoreEntry;
}

/**
 * Creates files atomically, without syncing them; each succeeds or fails on its own. The folder is
 * checked before the first and after the last one. If it was swapped meanwhile, each file is checked
 * by itself, and taken back from where it is.
 *
 * @returns For each file, in order, its entry or its error.
 */
export function createFilesIn(
  folder: StorePath,
  files: readonly SmallContent[],
  creation: FileCreation,
): (StoreEntry | FtError)[] {
  const each = (create: (file: SmallContent, i: number) => StoreEntry) =>
    files.map((file, i) => {
      try {
        return create(file, i);
      } catch (error) {
        return storeError(error, "write", file.path);
      }
    });
  try {
    creation.makeFolder();
    if (creation.guard.exposedIn(folder)) return each((file) => creation.createGuarded(file));
    return createUnguarded(folder, each, creation);
  } catch (error) {
    return files.map(({ path }) => storeError(error, "write", path));
  }
}

type Each = (
  create: (file: SmallContent, i: number) => StoreEntry,
) => (StoreEntry | FtError)[];

function createUnguarded(folder: StorePath, each: Each, creation: FileCreation) {
  const { jail, guard } = creation;
  const proof = FolderProof.of(jail, folder);
  if (proof === null) throw notFound(folder);
  const drafts = creation.draft();
  const draftOf = (i: number) => `${drafts}${i}`;
  const sinceMs = Date.now();
  const named: Facts[] = [];
  const created = each((file, i) => {
    named[i] = createFile(file, draftOf(i), creation);
    return entryOf(file.path, named[i]);
  });
  if (proof.holds() && !guard.exposedIn(folder)) return created;
  return each(({ path }, i) => {
    const entry = created[i]!;
    if (entry instanceof FtError) throw entry;
    try {
      guard.requirePlaced(draftOf(i), path, named[i]!, sinceMs);
      return entry;
    } finally {
      removeQuietly(draftOf(i));
    }
  });
}

function createFile(file: SmallContent, draft: string, creation: FileCreation): Facts {
  const { path, bytes, mtimeMs } = file;
  creation.requirePortable(path);
  let kept: Keeping | null = null;
  try {
    const replaced = creation.replaced(file);
    makeSmallFile(draft, bytes, mtimeMs, creation.bitsFor(file, replaced), replaced !== null);
    kept = replaced && creation.keep(file, replaced);
    renameFile(draft, creation.jail.locate(path), creation.replace);
  } catch (error) {
    kept?.undo();
    removeQuietly(draft);
    throw error;
  }
  kept?.done();
  return namedFacts(creation.jail, path);
}

/** The facts of a file that has just got its name. @throws `conflict` if it has gone. */
export function namedFacts(jail: FsJail, path: StorePath): Facts {
  const facts = look(jail.locate(path));
  if (facts !== null) return facts;
  throw new FtError("conflict", `removed meanwhile: ${path}`, { name: path, retryable: true });
}
