/**
 * Holds the versions in a bucket within their bounds, the oldest going first. Their age is counted by
 * the clock of the store, so that no clock of a server can make them old.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { MAX_VERSIONS, VERSIONS_SWEEP_MS } from "../base/limits.ts";
import type { KeepingOptions } from "../storage/version_policy.ts";
import type { Bucket } from "./bucket.ts";
import { storeTime, takeTurn } from "./sweep_turn.ts";
import type { VersionKeys, VersionObject } from "./version_object.ts";

/** The versions of a bucket. */
export interface VersionSweepContext {
  readonly bucket: Bucket;
  readonly keys: VersionKeys;
  /** See `ObjectKeys.reserved`. */
  readonly reserved: string;
}

/** The share of the bytes of all versions that one server adds before it sweeps again. */
const ADDED_SHARE = 1 / 10;

/** Sweeps, one at a time. */
export class VersionSweep implements AsyncDisposable {
  readonly #context: VersionSweepContext;
  readonly #options: KeepingOptions;
  /** Remembers the last sweep of any server. */
  readonly #mark: string;
  readonly #closed = new AbortController();
  #added = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(context: VersionSweepContext, options: KeepingOptions) {
    this.#context = context;
    this.#options = options;
    this.#mark = `${context.reserved}versions-swept`;
  }

  /** Counts what was kept since the last sweep, and sweeps when that is a lot. */
  added(bytes: number): void {
    const { policy, onFault } = this.#options;
    this.#added += bytes;
    if (this.#added < policy.bytes * ADDED_SHARE) return;
    this.#added = 0;
    const sweep = this.#next(async () => {
      await this.#context.bucket.put(this.#mark, crypto.randomUUID());
      await this.#sweep();
    });
    sweep.catch((error) => this.#closed.signal.aborted || onFault?.(asFtError(error)));
  }

  /** Sweeps if no server has done so for {@linkcode VERSIONS_SWEEP_MS}. @throws What the store throws. */
  async run(): Promise<void> {
    const { bucket, keys } = this.#context;
    await this.#next(async () => {
      // Where nothing was ever kept, no mark is written.
      if ((await bucket.first(keys.prefix, 1)).length === 0) return;
      const { signal } = this.#closed;
      if (await takeTurn(bucket, this.#mark, VERSIONS_SWEEP_MS, signal)) await this.#sweep();
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(() => this.#closed.signal.aborted ? undefined : work());
    this.#last = done.catch(() => {});
    return done;
  }

  async #sweep(): Promise<void> {
    const { policy, onExpired } = this.#options;
    const { headers } = await this.#context.bucket.find(this.#mark) ?? {};
    const oldestMs = (headers === undefined ? 0 : storeTime(headers)) - policy.ms;
    const young: Aged[] = [];
    const old = await this.#removeAll(({ writtenMs, version: { bytes } }) => {
      if (writtenMs < oldestMs) return true;
      young.push({ writtenMs, bytes });
      return false;
    });
    const excess = excessOf(young, policy.bytes);
    const beyond = excess === null ? [] : await this.#removeAll(excess);
    const bytes = [...old, ...beyond].reduce((sum, size) => sum + size, 0);
    if (old.length + beyond.length > 0) onExpired?.(old.length + beyond.length, bytes);
  }

  /** Removes what is chosen. @returns The sizes. */
  async #removeAll(isGone: (object: VersionObject) => boolean): Promise<number[]> {
    const { bucket, keys } = this.#context;
    const { signal } = this.#closed;
    const sizes: number[] = [];
    for await (const page of bucket.pages({ prefix: keys.prefix, flat: true, signal })) {
      const objects = page.map((listed) => keys.read(listed)).filter((object) => object !== null);
      const gone = objects.filter(isGone);
      await bucket.removeMany(gone.map(({ key }) => key));
      sizes.push(...gone.map(({ version }) => version.bytes));
    }
    return sizes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new FtError("interrupted", "the store was closed"));
    await this.#last;
  }
}

/** A version, as far as the bounds need to know it. */
interface Aged {
  readonly writtenMs: number;
  readonly bytes: number;
}

/** Chooses the oldest versions that are beyond the bounds; `null` if there are none. */
function excessOf(
  versions: readonly Aged[],
  maxBytes: number,
): ((object: Pick<Aged, "writtenMs">) => boolean) | null {
  const oldestFirst = versions.toSorted((a, b) => a.writtenMs - b.writtenMs);
  let left = versions.reduce((sum, { bytes }) => sum + bytes, 0);
  let count = 0;
  while (left > maxBytes || versions.length - count > MAX_VERSIONS) {
    left -= oldestFirst[count++]!.bytes;
  }
  if (count === 0) return null;
  const lastMs = oldestFirst[count - 1]!.writtenMs;
  let atLast = oldestFirst.slice(0, count).filter(({ writtenMs }) => writtenMs === lastMs).length;
  return ({ writtenMs }) => writtenMs < lastMs || (writtenMs === lastMs && atLast-- > 0);
}
