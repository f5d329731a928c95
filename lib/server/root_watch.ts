/**
 * Logs when the served folder is lost, and when it is back.
 *
 * @module
 */

import { every } from "../base/every.ts";
import { ROOT_LOOK_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";

/** The served folder. */
export interface WatchedRoot {
  /** Its path. */
  readonly root: string;
  /** Whether the path still names the folder that the server opened. */
  readonly present: boolean;
}

/** Looks at the served folder from time to time, until it is disposed. */
export class RootWatch implements Disposable {
  readonly #watched: WatchedRoot;
  readonly #log: Logger;
  readonly #timer: Disposable;
  #present = true;

  constructor(watched: WatchedRoot, log: Logger) {
    this.#watched = watched;
    this.#log = log;
    this.#timer = every(ROOT_LOOK_MS, () => void this.look());
  }

  /** Looks now, and logs a change. @returns Whether the folder is there. */
  look(): boolean {
    const { root, present } = this.#watched;
    if (present !== this.#present) {
      if (present) this.#log.warning("root.found", { root });
      else this.#log.error("root.lost", { root });
    }
    this.#present = present;
    return present;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}
