/**
 * A lock on trees of paths, for writers of single paths and movers of whole trees.
 *
 * @module
 */

import { isWithin } from "./is_within.ts";

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

  /** Waits until no tree above one of the paths is being moved. Disposing ends the claim. */
  share(paths: readonly string[]): Promise<Disposable> {
    return this.#claim(this.#writers, paths, [this.#movers]);
  }

  /** Waits until nothing at or below these paths is being written or moved. */
  acquire(paths: readonly string[]): Promise<Disposable> {
    return this.#claim(this.#movers, paths, [this.#movers, this.#writers]);
  }

  async #claim(
    own: Set<Claim>,
    paths: readonly string[],
    others: readonly ReadonlySet<Claim>[],
  ): Promise<Disposable> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const earlier = others.flatMap((claims) => [...claims].filter((other) => meet(other, paths)));
    const claim = { paths, done: promise };
    own.add(claim);
    for (const { done } of earlier) await done;
    return {
      [Symbol.dispose]: () => {
        own.delete(claim);
        resolve();
      },
    };
  }
}

function meet(claim: Claim, paths: readonly string[]): boolean {
  return claim.paths.some((one) =>
    paths.some((other) => isWithin(one, other) || isWithin(other, one))
  );
}
