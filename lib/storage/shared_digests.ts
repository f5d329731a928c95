/**
 * Digests that a store keeps for all servers of it, so that each file is hashed by one of them only.
 *
 * @module
 */

import type { CachedBlocks, CachedSums, FileVersion } from "./digest_table.ts";

/** Digests of one version of a file. */
export interface FoundDigests {
  /** Digests of its blocks; `null` if they are not known. */
  readonly blocks: CachedBlocks | null;
  /** Digests of its whole content. */
  readonly sums: CachedSums;
}

/** A version of a file, and its size. */
export interface SizedVersion extends FileVersion {
  /** Bytes in it. */
  readonly bytes: number;
}

/** The shared digests of one store. A fault never fails a request: digests are unknown then. */
export interface SharedDigests {
  /** Returns what is known about exactly this version; `null` if nothing is. */
  find(file: SizedVersion, signal?: AbortSignal): Promise<FoundDigests | null>;
  /** Stores digests some time later. */
  put(file: SizedVersion, digests: FoundDigests): void;
}
