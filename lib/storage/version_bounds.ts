/**
 * Holds the versions of a store within their bounds, the oldest going first.
 *
 * @module
 */

import {
  MAX_VERSIONS,
  VERSIONS_CLOCK_MS,
  VERSIONS_ROOM_BYTES,
  VERSIONS_SWEEP_MS,
} from "../base/limits.ts";
import type { StorePath } from "./store_path.ts";
import type { KeptVersion } from "./store_versions.ts";
import type { VersionOptions } from "./version_policy.ts";
import { VersionSums } from "./version_sums.ts";
import type { VersionTable } from "./version_table.ts";

/** Versions that are removed in one transaction. */
const STEP = 256;

/** The bounds. Every call may throw what the index throws. */
export class VersionBounds {
  readonly #table: VersionTable;
  readonly #options: VersionOptions;
  readonly #remove: (gone: readonly KeptVersion[], now: boolean) => void;
  readonly #total: { count: number; bytes: number };
  readonly #sums: VersionSums;
  #seen: { wallMs: number; steadyMs: number };
  /** From when on the clock can be believed; by the steady clock. */
  #believedMs: number;

  /** @param remove Removes the files of versions that the index has no more, at once or soon. */
  constructor(
    table: VersionTable,
    options: VersionOptions,
    remove: (gone: readonly KeptVersion[], now: boolean) => void,
  ) {
    this.#table = table;
    this.#options = options;
    this.#remove = remove;
    this.#total = table.total();
    this.#sums = new VersionSums(() => table.sizes());
    const { wallMs, steadyMs } = this.#seen = now();
    const away = wallMs - (table.seenMs ?? -Infinity);
    const plausible = away >= 0 && away <= VERSIONS_CLOCK_MS;
    this.#believedMs = plausible ? steadyMs : steadyMs + VERSIONS_CLOCK_MS;
  }

  /** Versions are in the index that were not. */
  added(versions: readonly KeptVersion[]): void {
    this.#total.count += versions.length;
    for (const { bytes } of versions) this.#total.bytes += bytes;
    this.#sums.changed(versions, 1);
  }

  /** Versions are no more in the index. */
  removed(versions: readonly KeptVersion[]): void {
    this.#total.count -= versions.length;
    for (const { bytes } of versions) this.#total.bytes -= bytes;
    this.#sums.changed(versions, -1);
  }

  /** See `StoreVersions.bytesBelow`. */
  bytesBelow(folder: StorePath): number {
    return this.#sums.below(folder);
  }

  /** See `StoreVersions.growth`. @param own The versions of the name, the newest first. */
  growth(own: readonly KeptVersion[], bytes: number, restored?: KeptVersion): number {
    const { policy } = this.#options;
    const freed = restored?.bytes ?? 0;
    if (policy.versions === 0 || bytes === 0 || bytes > policy.bytes) return -freed;
    const others = own.filter(({ rev }) => rev !== restored?.rev);
    const excess = others.slice(policy.versions - 1);
    return excess.reduce((growth, old) => growth - old.bytes, bytes - freed);
  }

  /** Removes what is beyond the bounds, after these names got another version. */
  apply(added: readonly KeptVersion[]): void {
    const { versions, bytes } = this.#options.policy;
    const excess = [...new Set(added.map(({ path }) => path))]
      .flatMap((path) => this.#table.excess(path, versions));
    // That a name has no more versions than before is nothing to log.
    this.#drop(excess);
    while (this.#total.count > MAX_VERSIONS || this.#total.bytes > bytes) {
      const over = this.#total.bytes - bytes;
      if (!this.#dropOldest(Math.max(over, 1))) return;
    }
  }

  /** Removes the oldest versions until there is room. @returns Whether there were any. */
  makeRoom(bytes: number): boolean {
    const wanted = Math.max(bytes, VERSIONS_ROOM_BYTES);
    let any = false;
    for (let freed = 0; freed < wanted;) {
      const gone = this.#dropOldest(wanted - freed, true);
      if (gone === 0) break;
      any = true;
      freed += gone;
    }
    return any;
  }

  /**
   * Removes versions that are too old. A clock that jumps must not remove them all: after a jump, or
   * if nobody looked for a long time, it has to run evenly for a day before it is believed.
   */
  expire(): void {
    const { wallMs, steadyMs } = now();
    const jumpMs = (wallMs - this.#seen.wallMs) - (steadyMs - this.#seen.steadyMs);
    if (Math.abs(jumpMs) > VERSIONS_SWEEP_MS) this.#believedMs = steadyMs + VERSIONS_CLOCK_MS;
    this.#seen = { wallMs, steadyMs };
    this.#table.seenMs = wallMs;
    if (steadyMs < this.#believedMs) return;
    const before = wallMs - this.#options.policy.ms;
    for (let old; (old = this.#table.before(before, STEP)).length > 0;) this.#tell(this.#drop(old));
  }

  /** @returns The bytes on the disk; 1 for each empty one, 0 if there are none. */
  #dropOldest(bytes: number, now = false): number {
    const gone: KeptVersion[] = [];
    let freed = 0;
    for (const version of this.#table.oldest(STEP)) {
      if (freed >= bytes && this.#total.count - gone.length <= MAX_VERSIONS) break;
      gone.push(version);
      freed += Math.max(version.bytes, 1);
    }
    this.#tell(this.#drop(gone, now));
    return freed;
  }

  #drop(versions: readonly KeptVersion[], now = false): readonly KeptVersion[] {
    if (versions.length === 0) return versions;
    const gone = this.#table.together(() => versions.filter(({ rev }) => this.#table.remove(rev)));
    this.removed(gone);
    this.#remove(gone, now);
    return gone;
  }

  #tell(gone: readonly KeptVersion[]): void {
    const bytes = gone.reduce((sum, version) => sum + version.bytes, 0);
    if (gone.length > 0) this.#options.onExpired?.(gone.length, bytes);
  }
}

function now(): { wallMs: number; steadyMs: number } {
  return { wallMs: Date.now(), steadyMs: performance.now() };
}
