/**
 * Uploads that stay open between two of their requests, so that what is staged need not be read again.
 *
 * @module
 */

import { every } from "../../base/every.ts";
import { MAX_IDLE_WEB_UPLOADS, WEB_UPLOAD_IDLE_MS } from "../../base/limits.ts";

interface Idle {
  readonly upload: AsyncDisposable;
  readonly sinceMs: number;
}

const SWEEP_MS = 15_000;

/** Open uploads without a request. Those that wait too long, or are too many, are closed. */
export class IdleUploads<U extends AsyncDisposable> implements AsyncDisposable {
  readonly #idle = new Map<string, Idle & { readonly upload: U }>();
  readonly #closing = new Set<Promise<void>>();
  readonly #timer = every(SWEEP_MS, () => this.#closeOld());

  /** Takes an upload out. */
  take(id: string): U | undefined {
    const idle = this.#idle.get(id);
    this.#idle.delete(id);
    return idle?.upload;
  }

  /** Keeps an upload open. */
  give(id: string, upload: U): void {
    this.#idle.set(id, { upload, sinceMs: performance.now() });
    // A map keeps insertion order: the first one has waited longest.
    if (this.#idle.size > MAX_IDLE_WEB_UPLOADS) this.#close(this.#idle.keys().next().value!);
  }

  #closeOld(): void {
    for (const [id, { sinceMs }] of this.#idle) {
      if (performance.now() - sinceMs >= WEB_UPLOAD_IDLE_MS) this.#close(id);
    }
  }

  #close(id: string): void {
    // Its content is in the journal; the next request opens it again.
    const closing: Promise<void> = Promise.resolve(this.take(id)?.[Symbol.asyncDispose]())
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    for (const id of [...this.#idle.keys()]) this.#close(id);
    await Promise.all(this.#closing);
  }
}
