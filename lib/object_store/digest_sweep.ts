/**
 * Removes digests of objects that are gone or have other content, which another tool has removed or
 * replaced. One server of a bucket does it at a time.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { every } from "../base/every.ts";
import { DIGEST_SWEEP_LOOK_MS, DIGEST_SWEEP_MS } from "../base/limits.ts";
import type { Bucket, ListedObject } from "./bucket.ts";
import type { DigestedObject, DigestKeys } from "./digest_key.ts";
import type { ObjectKeys } from "./object_key.ts";
import { takeTurn } from "./sweep_turn.ts";

/** The digests and the objects of a store. */
export interface SweepContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly digests: DigestKeys;
}

/**
 * Sweeps if no server has done so for {@linkcode DIGEST_SWEEP_MS}.
 *
 * @returns How many objects were removed.
 * @throws What the store throws; the signal's reason.
 */
export async function sweepIfDue(context: SweepContext, signal: AbortSignal): Promise<number> {
  const { bucket, keys } = context;
  const mark = `${keys.reserved}digests-swept`;
  if (!await takeTurn(bucket, mark, DIGEST_SWEEP_MS, signal)) return 0;
  return await sweepDigests(context, signal);
}

/** Sweeps. @returns How many objects were removed. */
export async function sweepDigests(context: SweepContext, signal?: AbortSignal): Promise<number> {
  const { bucket, digests } = context;
  let count = 0;
  for await (const page of bucket.pages({ prefix: digests.prefix, flat: true, signal })) {
    const stale = await staleOn(context, page, signal);
    await bucket.removeMany(stale);
    count += stale.length;
  }
  return count;
}

/** Compares one page of digests with the objects of the same names, which lie close together. */
async function staleOn(
  { bucket, keys, digests }: SweepContext,
  page: readonly ListedObject[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const wanted = new Map<
    string,
    { readonly key: string; readonly object: DigestedObject | null }
  >();
  for (const { key } of page) wanted.set(key, { key, object: digests.read(key) });
  const names = [...wanted.values()].flatMap(({ object }) =>
    object === null ? [] : [`${keys.prefix}${object.path}`]
  ).sort();
  const tags = await tagsOf(bucket, keys.prefix, names, signal);
  return [...wanted.values()].filter(({ object }) =>
    object === null || tags.get(`${keys.prefix}${object.path}`) !== object.etag
  ).map(({ key }) => key);
}

/** The entity tags of those objects that exist. */
async function tagsOf(
  bucket: Bucket,
  prefix: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const [first, last] = [names[0], names.at(-1)];
  const tags = new Map<string, string>();
  if (first === undefined || last === undefined) return tags;
  const wanted = new Set(names);
  // The store begins after a name; one that is a character shorter is before it.
  const after = [...first].slice(0, -1).join("");
  for await (const page of bucket.pages({ prefix, flat: true, after, signal })) {
    for (const { key, object } of page) if (wanted.has(key)) tags.set(key, object!.etag);
    if (tags.size === wanted.size || (page.at(-1)?.key ?? last) > last) return tags;
  }
  return tags;
}

/** Sweeps from time to time, until it is disposed. */
export class DigestSweeps implements AsyncDisposable {
  readonly #closed = new AbortController();
  readonly #timer: Disposable;
  #sweeping: Promise<void> | undefined;

  /**
   * @param onSwept Receives how many objects were removed, if there were any.
   * @param onFault Receives why a sweep failed; the next one tries again.
   */
  constructor(
    context: SweepContext,
    onSwept: (count: number) => void,
    onFault: (error: unknown) => void,
  ) {
    const { signal } = this.#closed;
    const sweep = async () => {
      const count = await sweepIfDue(context, signal);
      if (count > 0) onSwept(count);
    };
    this.#timer = every(DIGEST_SWEEP_LOOK_MS, () => {
      this.#sweeping ??= sweep().catch((error) => {
        if (!signal.aborted) onFault(error);
      }).finally(() => this.#sweeping = undefined);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    this.#closed.abort(new FtError("interrupted", "the store was closed"));
    await this.#sweeping;
  }
}
