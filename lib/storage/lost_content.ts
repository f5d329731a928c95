/**
 * Content that is about to lose its name, and becomes a version if it does.
 *
 * @module
 */

import { type Facts, sameFile } from "./fs_entry.ts";
import type { KeptVersions } from "./kept_versions.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";
import type { VersionCause } from "./store_versions.ts";

/** Disposing it before it is done means that nothing was lost. */
export interface Lost extends Disposable {
  /** The folder on the disk with the second name of the content. @default there is none */
  readonly folder?: string | undefined;
  /** The content has lost its name. */
  done(): void;
}

/** Stands for a name that nothing has. */
export const NOTHING_LOST: Lost = { done: () => {}, [Symbol.dispose]: () => {} };

/** The loss of a name. */
export interface Loss {
  readonly path: StorePath;
  /** The facts of what has it; `null` if nothing has. */
  readonly facts: Facts | null;
  readonly cause: VersionCause;
  readonly change?: Change | undefined;
  /** Nothing is lost if it is this file, under another name of it. */
  readonly unless?: Facts | undefined;
}

/** Keeps content, for good once it is done. @throws As `KeptVersions.begin`. */
export function keepLost(
  versions: KeptVersions,
  { path, facts, cause, change, unless }: Loss,
): Lost {
  if (facts !== null && unless !== undefined && sameFile(facts, unless)) return NOTHING_LOST;
  const kept = versions.begin(path, facts, cause, change);
  if (kept === null) return NOTHING_LOST;
  let done = false;
  return {
    folder: kept.folder,
    done: () => {
      done = true;
      kept.done();
    },
    [Symbol.dispose]: () => done || kept.undo(),
  };
}
