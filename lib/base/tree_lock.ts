/**
 * A lock on trees of paths, for writers of single paths and movers of whole trees.
 *
 * @module
 */

import { isWithin } from "./is_within.ts";
import { raceSignal } from "./signals.ts";

interface Claim {
  readonly paths: readonly string[];
  readonly done: Promise<void>;
}

/**
 * Writers share the lock; a mover has its trees alone. Claims are granted in the order of requests.
 *
 * @example
 * ```ts
 * import { TreeLock } from "./tree_lock.ts";
 *
 * const locks = new TreeLock();
 * {
 *   using _written = await locks.share(["a/b"]);
 *   using _alone = await locks.acquire(["c"]);
 * }
 * ```
 */
export class TreeLock {
  readonly #writers = new Set<Claim>();
  readonly #movers = new Set<Claim>();

  /**
   * Waits until no tree above one of the paths is being moved. Disposing ends the claim.
   *
   * @throws The signal's reason if it is aborted first; later claims do not wait for this one then.
   */
  share(paths: readonly string[], signal?: AbortSignal): Promise<Disposable> {
    return this.#claim(this.#writers, paths, [this.#movers], signal);
  }

  /** Waits until nothing at or below these paths is being written or moved. @throws As `share`. */
  acquire(paths: readonly string[], signal?: AbortSignal): Promise<Disposable> {
    return this.#claim(this.#movers, paths, [this.#movers, this.#writers], signal);
  }

  async #claim(
    own: Set<Claim>,
    paths: readonly string[],
    others: readonly ReadonlySet<Claim>[],
    signal: AbortSignal | undefined,
  ): Promise<Disposable> {
    signal?.throwIfAborted();
    using stack = new DisposableStack();
    const { promise, resolve } = Promise.withResolvers<void>();
    const earlier = others.flatMap((claims) => [...claims].filter((other) => meet(other, paths)));
    const claim = { paths, done: promise };
    own.add(claim);
    stack.defer(() => {
      own.delete(claim);
      resolve();
    });
    for (const { done } of earlier) await raceSignal(done, signal);
    return stack.move();
  }
}

function meet(claim: Claim, paths: readonly string[]): boolean {
  return claim.paths.some((one) =>
    paths.some((other) => isWithin(one, other) || isWithin(other, one))
  );
}
