/**
 * Which versions a store keeps.
 *
 * @module
 */

import { KEEP_VERSIONS, KEEP_VERSIONS_BYTES, KEEP_VERSIONS_MS } from "../base/limits.ts";
import type { FtError } from "../base/errors.ts";
import type { StoreEntry } from "./store.ts";

/** Which versions are kept. */
export interface VersionPolicy {
  /** Versions of each name; 0 keeps none. */
  readonly versions: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Bytes of all versions together. */
  readonly bytes: number;
}

/** The policy without other settings. */
export const DEFAULT_VERSION_POLICY: VersionPolicy = {
  versions: KEEP_VERSIONS,
  ms: KEEP_VERSIONS_MS,
  bytes: KEEP_VERSIONS_BYTES,
};

/** Digests of content, by name and revision. */
export interface KnownDigests {
  /** The root of a version of a file, if it is known. */
  rootOf(path: string, revision: string): string | undefined;
  /** Content has another name from now on. */
  rename(from: string, to: StoreEntry): void;
  /** Content is gone. */
  forget(path: string): void;
}

/** How a store keeps versions. */
export interface KeepingOptions {
  readonly policy: VersionPolicy;
  /** @default none are known */
  readonly digests?: KnownDigests | undefined;
  /** Called with content that is too large to be kept, or for which there is no room. */
  readonly onNotKept?: (path: string, bytes: number) => void;
  /** Called with the number of versions that were removed because of a limit. */
  readonly onExpired?: (versions: number, bytes: number) => void;
  /** Called with each fault that fails no request. */
  readonly onFault?: (error: FtError) => void;
}

/** How a store in a folder keeps versions. */
export interface VersionOptions extends KeepingOptions {
  /** The file of the index, or `:memory:`. */
  readonly index: string;
}
