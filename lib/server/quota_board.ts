/**
 * The use of all quotas, for admins to see.
 *
 * @module
 */

import type { Rule } from "../auth/policy.ts";
import { OPERATOR_QUOTA_MS } from "../base/limits.ts";
import type { QuotaUsage } from "../dialects/operator.ts";
import type { QuotaUse } from "../service/quota_use.ts";

/**
 * The use of all quotas. It is counted in the background, and at most every
 * {@linkcode OPERATOR_QUOTA_MS}, as a large folder takes long and nobody waits for it.
 */
export class QuotaBoard implements Disposable {
  readonly #rules: () => readonly Rule[];
  readonly #use: Pick<QuotaUse, "tightest">;
  readonly #disposed = new AbortController();
  readonly #used = new Map<string, number | undefined>();
  #lookedMs = -Infinity;
  #looking = false;

  /** @param rules Returns all rules. */
  constructor(rules: () => readonly Rule[], use: Pick<QuotaUse, "tightest">) {
    this.#rules = rules;
    this.#use = use;
  }

  /** Returns each quota with the last count of its folder. */
  list(): QuotaUsage[] {
    const quotas = this.#rules().filter(({ effect }) => effect === "quota");
    const paths = new Set(quotas.map(({ path }) => path));
    const due = performance.now() - this.#lookedMs >= OPERATOR_QUOTA_MS;
    if (!this.#looking && (due || [...paths].some((path) => !this.#used.has(path)))) {
      void this.#look(paths);
    }
    return quotas.map(({ id, path, subject, bytes = 0 }) => ({
      ...{ rule: id, path, subject, bytes, used: this.#used.get(path) },
    }));
  }

  async #look(paths: ReadonlySet<string>): Promise<void> {
    this.#looking = true;
    this.#lookedMs = performance.now();
    const { signal } = this.#disposed;
    for (const path of paths) {
      try {
        const room = await this.#use.tightest([{ path, bytes: 0 }], signal);
        if (room !== undefined) this.#used.set(path, room.used);
      } catch {
        // It cannot be counted now, and is tried again.
        this.#used.set(path, undefined);
      }
    }
    for (const path of this.#used.keys()) if (!paths.has(path)) this.#used.delete(path);
    this.#looking = false;
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }
}
