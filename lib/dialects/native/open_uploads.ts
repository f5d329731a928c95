/**
 * The uploads that a client has open, whose blocks may come over several of its connections.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { KeyedLock } from "../../base/keyed_lock.ts";
import type { Block, CallOptions, FileInfo, Upload } from "../../service/files.ts";

/**
 * An upload whose blocks come over several connections. Disposing it waits for those that are being
 * written, and refuses further ones.
 */
export class OpenUpload implements AsyncDisposable {
  /** The path it was begun for, as the client spelled it. */
  readonly path: string;
  /** Aborts when the upload ends. */
  readonly signal: AbortSignal;
  readonly #upload: Upload;
  /** A connection that was lost may have left a block that another one brings again. */
  readonly #blocks = new KeyedLock();
  readonly #writing = new Set<Promise<unknown>>();
  #closed = false;

  constructor(path: string, upload: Upload, signal: AbortSignal) {
    this.path = path;
    this.#upload = upload;
    this.signal = signal;
  }

  /**
   * Verifies a block and stages it.
   *
   * @throws `integrity` for a damaged one, `conflict` from the commit on.
   */
  async write(block: Block): Promise<void> {
    const writing = this.#write(block);
    const settled = writing.catch(() => {}).finally(() => this.#writing.delete(settled));
    this.#writing.add(settled);
    await writing;
  }

  async #write(block: Block): Promise<void> {
    using _alone = await this.#blocks.acquire(`${block.index}`);
    if (this.#closed) throw new FtError("conflict", `the upload of ${this.path} has ended`);
    await this.#upload.write(block);
  }

  /** Commits the upload; blocks that are being written are written first, and no further ones. */
  async commit(total: { bytes: number; root: string }, options: CallOptions): Promise<FileInfo> {
    await this[Symbol.asyncDispose]();
    return await this.#upload.commit(total, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#writing);
  }
}

/** The uploads of one client, by token. */
export class OpenUploads {
  readonly #open = new Map<string, OpenUpload>();

  /** Lists an upload until the result is disposed. A later one with the same token replaces it. */
  add(token: string, upload: OpenUpload): Disposable {
    this.#open.set(token, upload);
    return {
      [Symbol.dispose]: () => {
        if (this.#open.get(token) === upload) this.#open.delete(token);
      },
    };
  }

  /** Finds an upload. @throws `not_found`. */
  find(token: string, path: string): OpenUpload {
    const upload = this.#open.get(token);
    if (upload?.path === path) return upload;
    throw new FtError("not_found", `no upload of ${path} is open`, { name: path });
  }
}
