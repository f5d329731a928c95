/**
 * Versions: the content that files had before it was overwritten or removed.
 *
 * @module
 */

import type { FileInfo } from "./info.ts";
import type { CallOptions } from "./call_options.ts";

/**
 * How content lost its name: to an upload (`overwritten`), to a file that was moved there
 * (`replaced`), to a version that was restored (`restored`), or to nothing (`removed`).
 */
export type LossCause = "overwritten" | "replaced" | "restored" | "removed";

/** A version of a file. */
export interface FileVersion {
  /** Identifies it; a later one has a higher number. */
  readonly rev: number;
  /** The name that it had. */
  readonly path: string;
  /** How it lost it. */
  readonly cause: LossCause;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** The login that did it; empty if it is not known. */
  readonly by: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** Time of the last change of the content, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The root of the content (64 hex digits), if it is known without reading it. */
  readonly root?: string | undefined;
}

/** A folder that is gone, with versions of files below it. */
export interface DeletedFolder {
  /** Its path. */
  readonly path: string;
  /** When the last of them lost its name, in milliseconds since 1970. */
  readonly atMs: number;
  /** Names below it that have versions. */
  readonly files: number;
}

/** A name that has versions, and no file or folder now. */
export type DeletedEntry =
  | { readonly type: "file"; readonly version: FileVersion }
  | { readonly type: "dir"; readonly folder: DeletedFolder };

/** Which version. */
export interface VersionOptions extends CallOptions {
  /** Its number. @default the newest of the name */
  readonly rev?: number | undefined;
}

/** The versions of a file service, where it is known whether further ones are kept. */
export interface KeepingVersions extends FileVersions {
  /** Whether content that loses its name is kept; older versions may be there in any case. */
  readonly keeps: boolean;
}

/** The versions of a file service, for one caller. */
export interface FileVersions {
  /** The versions of a name, the newest first. @throws `not_allowed`. */
  of(path: string, options?: CallOptions): Promise<readonly FileVersion[]>;
  /**
   * Lists names in a folder that have versions and no file now: files with their newest version, in
   * order, then folders that are gone.
   *
   * @param options `recursive`: files in all folders below, and no folders. @default {false}
   */
  deleted(
    folder: string,
    options?: CallOptions & { readonly recursive?: boolean | undefined },
  ): AsyncIterable<DeletedEntry>;
  /**
   * Gives a name the content of one of its versions. Content that it has now becomes a version.
   *
   * @throws `not_found` without such a version, `not_allowed` without permission to read and write,
   *   and to replace the present file; `conflict` for a lease or a folder; `limit` for a quota.
   */
  restore(path: string, options?: VersionOptions): Promise<FileInfo>;
  /**
   * Removes versions for good; without `rev`, all of the name that the caller may remove.
   *
   * @throws `not_found`; `not_allowed` unless the caller is an admin, or the operator lets users remove
   *   versions that they made themselves.
   */
  forget(path: string, options?: VersionOptions): Promise<void>;
}
