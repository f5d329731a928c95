/**
 * One writer for each upload. A client that was cut may come back before its old connection has
 * ended: the old one gives way when it sends nothing.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { UPLOAD_TAKEOVER_MS } from "../../base/limits.ts";
import { within } from "../../base/signals.ts";
import { HttpError } from "../http/http_error.ts";

/** The only writer of an upload, until it is disposed. */
export class Writer implements Disposable {
  /** Aborts when it has to give way. */
  readonly signal: AbortSignal;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #end: () => void;
  readonly #revoked = new AbortController();
  #waiting = false;
  #arrivals = 0;

  constructor(end: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.signal = this.#revoked.signal;
    this.ended = promise;
    this.#end = () => {
      end();
      resolve();
    };
  }

  /** How often the client has sent something, while it is waited for; else `undefined`. */
  get idleSince(): number | undefined {
    return this.#waiting ? this.#arrivals : undefined;
  }

  /** Waits for something that the client sends. @throws What it throws. */
  async arrival<T>(reading: Promise<T>): Promise<T> {
    this.#waiting = true;
    try {
      return await reading;
    } finally {
      this.#waiting = false;
      this.#arrivals++;
    }
  }

  /** Makes it give way. */
  revoke(reason: FtError): void {
    this.#revoked.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

/** The writers of all uploads. */
export class Writers {
  readonly #writing = new Map<string, Writer>();

  /** Whether an upload has a writer. */
  has(id: string): boolean {
    return this.#writing.has(id);
  }

  /**
   * Becomes the writer of an upload. Another one ends first, or gives way if it is silent.
   *
   * @throws {HttpError} 423 if another one is at work.
   */
  async claim(id: string, signal: AbortSignal): Promise<Writer> {
    for (let other = this.#writing.get(id); other; other = this.#writing.get(id)) {
      const since = other.idleSince;
      const end = await within(other.ended, UPLOAD_TAKEOVER_MS, signal);
      if (end !== "timeout") continue;
      if (since === undefined || other.idleSince !== since) {
        throw new HttpError(423, "another request writes to this upload", { retryable: true });
      }
      await this.#takeOver(other);
    }
    return this.#write(id);
  }

  /** Becomes the writer of an upload at once; another one gives way. */
  async force(id: string): Promise<Writer> {
    for (let other = this.#writing.get(id); other; other = this.#writing.get(id)) {
      await this.#takeOver(other);
    }
    return this.#write(id);
  }

  async #takeOver(other: Writer): Promise<void> {
    other.revoke(new HttpError(409, "another request took this upload over"));
    await other.ended;
  }

  #write(id: string): Writer {
    const writer = new Writer(() => this.#writing.delete(id));
    this.#writing.set(id, writer);
    return writer;
  }
}
