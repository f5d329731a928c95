/**
 * Hashing of stored content for clients: limited for each of them, in turns, and done once for all
 * requests that need the same digest.
 *
 * @module
 */

import { hasSpareCores } from "../base/cores.ts";
import { FairTurns } from "../base/fair_turns.ts";
import {
  MAX_BLOCKS_HASHING,
  MAX_BLOCKS_HASHING_INLINE,
  MAX_HASHING_PER_HOLDER,
  MAX_HASHING_WAITING,
  MAX_SMALL_FILES_HASHING,
} from "../base/limits.ts";
import { SharedWork } from "../base/shared_work.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { StoreEntry } from "../storage/store.ts";
import type { FreshOptions } from "./files.ts";
import { type HashLimits, HashPlaces } from "./hash_places.ts";
import { Checksums } from "./checksums.ts";
import { DigestVersions } from "./version_digests.ts";
import type { SourceReader } from "./source_reader.ts";

const LIMITS: HashLimits = { running: MAX_HASHING_PER_HOLDER, waiting: MAX_HASHING_WAITING };

/** Options of {@linkcode Hashing}. */
export interface HashingOptions {
  /** Limits for each holder. @default those of the program */
  readonly limits?: HashLimits | undefined;
  /**
   * Groups of small files that are read at once: more than one if the time of a read is spent
   * waiting.
   *
   * @default {1}
   */
  readonly groupsAtOnce?: number | undefined;
}

const BLOCKS_AT_ONCE = hasSpareCores() ? MAX_BLOCKS_HASHING : MAX_BLOCKS_HASHING_INLINE;

/** Shared by all callers of a server. Holders are users, or hosts of anonymous clients. */
export class Hashing {
  /** Taken by a request that hashes a whole file, until its digests are known. */
  readonly places: HashPlaces;
  /** Taken for each block that is read and hashed. */
  readonly turns: FairTurns = new FairTurns(BLOCKS_AT_ONCE, { inARow: 2 * BLOCKS_AT_ONCE });
  /** Taken for each small file that is read and hashed. */
  readonly smallTurns: FairTurns = new FairTurns(MAX_SMALL_FILES_HASHING);
  /** Taken for as many small files that are read in a row. */
  readonly groupTurns: FairTurns;
  /** Digests of whole files that are being computed. */
  readonly sums: SharedWork<string> = new SharedWork<string>();
  /** Block digests of the files that are in use. */
  readonly versions: DigestVersions;

  /** Checksums of verified blocks. */
  readonly checksums: Checksums = new Checksums();

  constructor(cache: DigestCache, { limits = LIMITS, groupsAtOnce = 1 }: HashingOptions = {}) {
    this.groupTurns = new FairTurns(groupsAtOnce);
    this.places = new HashPlaces(limits);
    this.versions = new DigestVersions(cache);
  }

  /**
   * Waits for a place to hash a file, unless its digests are known and may be used.
   *
   * @throws `limit` if the holder has too much hashing under way, or the signal's reason.
   */
  async place(
    entry: StoreEntry,
    { holder, signal }: SourceReader,
    { fresh = false }: FreshOptions = {},
  ): Promise<Disposable> {
    if (!fresh) {
      await this.versions.learn(entry, signal);
      if (this.versions.of(entry).whole) return { [Symbol.dispose]() {} };
    }
    return await this.places.take(holder, signal);
  }
}
