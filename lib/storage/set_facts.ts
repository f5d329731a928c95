/**
 * Setting the properties of a stored file.
 *
 * @module
 */

import { closeSync, fstatSync } from "node:fs";
import { FtError, notFound } from "../base/errors.ts";
import { finishDraft } from "./draft.ts";
import { entryOf, factsOf, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { equalFileBits } from "./permission_bits.ts";
import type { FileFacts, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

/**
 * Sets time and permissions of a file.
 *
 * @param mask Returns the bits that the user's mask removes.
 * @param wanted Its revision, and what to set.
 * @throws As `Store.setFacts`.
 */
export function setFactsOf(
  jail: FsJail,
  mask: () => number,
  path: StorePath,
  { revision, facts }: { readonly revision: string; readonly facts: FileFacts },
): StoreEntry {
  const file = jail.open(path);
  if (file === null) throw notFound(path);
  try {
    const found = entryOf(path, file.facts);
    if (found.revision !== revision) {
      throw new FtError("conflict", `changed meanwhile: ${path}`, {
        name: path,
        retryable: true,
      });
    }
    const mode = equalFileBits(file.facts.mode, facts, mask());
    const { mtimeMs } = facts;
    finishDraft(file, { mtimeMs, mode: mode === found.mode ? undefined : mode });
    return entryOf(path, factsOf(fstatSync(file.fd)));
  } catch (error) {
    throw storeError(error, "change", path);
  } finally {
    closeSync(file.fd);
  }
}
