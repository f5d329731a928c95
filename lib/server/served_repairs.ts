/**
 * Repairs of damaged files while clients use them.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { repair } from "../service/repair.ts";
import type { ServiceContext } from "../service/service_context.ts";
import { versionsOf } from "../service/service_versions.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";

/** Repairs files of a service, one at a time. Disposing it ends the one that runs. */
export class ServedRepairs implements AsyncDisposable {
  readonly #service: ServiceContext;
  readonly #stopped = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(service: ServiceContext) {
    this.#service = service;
  }

  /** Repairs a file when the earlier ones are done. @throws As `RunningServer.repair`. */
  repair(path: string): Promise<boolean> {
    const { signal } = this.#stopped;
    const repaired = this.#last.then(() => {
      signal.throwIfAborted();
      const alone = (path: StorePath) => this.#alone(path, signal);
      const versions = versionsOf(this.#service);
      return repair({ ...this.#service, versions, alone }, storePath(path), signal);
    });
    this.#last = repaired.catch(() => {});
    return repaired;
  }

  /** As every commit. The holder of a lease expects that nobody else replaces the file. */
  async #alone(path: StorePath, signal: AbortSignal): Promise<Disposable | undefined> {
    const { trees, commits, leases } = this.#service;
    using stack = new DisposableStack();
    stack.use(await trees.share([path], signal));
    stack.use(await commits.acquire(path, signal));
    return leases.covering(path) === undefined ? stack.move() : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new FtError("interrupted", "the server stops"));
    await this.#last;
  }
}
