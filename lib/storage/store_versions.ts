/**
 * The interface of a store that keeps versions: the content that a file had before it was overwritten
 * or removed.
 *
 * @module
 */

import type { StoredFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";

/** How content lost its name: to an upload, to a moved file, to a restored version, or to nothing. */
export type VersionCause = "overwritten" | "replaced" | "restored" | "removed";

/** Every cause. */
export const VERSION_CAUSES: readonly VersionCause[] = [
  "overwritten",
  "replaced",
  "restored",
  "removed",
];

/** A version that is kept. */
export interface KeptVersion {
  /** Identifies it among those of its name; a later one has a higher number, and none is used again. */
  readonly rev: number;
  /** The name that it had. */
  readonly path: StorePath;
  /** How it lost it. */
  readonly cause: VersionCause;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** By whom; empty if that is not known. */
  readonly by: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Time of the last change of the content, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The root of the content, if it is known. */
  readonly root?: string | undefined;
}

/** A folder that has versions below it. */
export interface VersionFolder {
  readonly path: StorePath;
  /** When the last of them lost its name, in milliseconds since 1970. */
  readonly atMs: number;
  /** Names below it that have versions. */
  readonly files: number;
}

/** The versions of a store. */
export interface StoreVersions {
  /** Whether content that loses its name is kept; older versions may be there in any case. */
  readonly keeps: boolean;
  /** The versions of a name, the newest first. */
  of(path: StorePath): Promise<KeptVersion[]>;
  /** Returns a version of a name; `null` if it is not kept. */
  find(path: StorePath, rev: number): Promise<KeptVersion | null>;
  /**
   * The newest version of each name in a folder that has any, ordered by name, whether or not a file
   * has the name now.
   */
  newestIn(folder: StorePath): AsyncIterable<KeptVersion>;
  /** The folders in a folder that have versions below them, ordered by name, whether or not they exist. */
  foldersIn(folder: StorePath): AsyncIterable<VersionFolder>;
  /** Opens a version for reading; `null` if it has gone. */
  open(version: KeptVersion): Promise<StoredFile | null>;
  /**
   * Gives a version its name again, atomically; content that has the name becomes a version.
   *
   * @param replace Whether an existing file is replaced; otherwise one is a `conflict`.
   * @throws `not_found` if the version has gone, and as `StagedFile.publish`.
   */
  restore(version: KeptVersion, replace: boolean, change?: Change): Promise<StoreEntry>;
  /** Removes a version for good. @throws `not_found` if it has gone. */
  forget(version: KeptVersion): Promise<void>;
  /** Removes versions that are too old. @throws What the index throws. */
  expire(): Promise<void>;
}

/** Versions whose bytes are counted. */
export interface CountedVersions {
  /** Bytes of all versions of names at a path and below it, in any spelling of it. */
  bytesBelow(folder: StorePath): number;
  /**
   * Bytes by which the versions of a name grow if it loses content now; negative if that makes more
   * old versions go.
   *
   * @param bytes Size of the content; 0 if there is none.
   * @param restored A version that gets the name. @default none does
   */
  growth(path: StorePath, bytes: number, restored?: KeptVersion): number;
}
