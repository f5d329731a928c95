/**
 * An upload that is begun with the first bytes that are sent, before it is known whether its name is
 * free: on a long line each question would take a round trip.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { anySignal } from "../../base/signals.ts";
import type { FileInfo, StageOptions, Upload } from "../../service/files.ts";
import type { StageAhead } from "../remote/open.ts";
import type { NativeClient } from "./native_client.ts";
import { isUpload, openUploadIfFree } from "./remote_upload.ts";

/** An upload if its name is free, or else what has the name. */
export class BegunUpload {
  readonly #name: string;
  readonly #options: string;
  readonly #stop = new AbortController();
  readonly #begun: Promise<Upload | FileInfo>;
  #returned = false;

  constructor(client: NativeClient, { name, options }: StageAhead) {
    this.#name = name;
    this.#options = textOf(options);
    const signal = anySignal(options.signal, this.#stop.signal);
    this.#begun = openUploadIfFree(client, name, { ...options, signal });
    this.#begun.catch(() => {});
  }

  /**
   * Returns details of what has the name, once: they may change.
   *
   * @returns `undefined` if it is not known.
   * @throws `not_found` if the upload has begun, and the errors of staging.
   */
  async taken(path: string): Promise<FileInfo | undefined> {
    if (path !== this.#name || this.#returned) return undefined;
    this.#returned = true;
    try {
      const begun = await this.#begun;
      if (!isUpload(begun)) return begun;
    } catch (error) {
      // A server that is older says only that the name is not free.
      if (hasCode(error, "conflict")) return undefined;
      throw error;
    }
    throw new FtError("not_found", `not found: ${path}`, { name: path });
  }

  /** Returns the upload if it is the one that is wanted; otherwise it is stopped. */
  async upload(path: string, options: StageOptions): Promise<Upload | undefined> {
    if (path === this.#name && textOf(options) === this.#options) {
      const begun = await this.#begun;
      if (isUpload(begun)) return begun;
    }
    this.#stop.abort(new FtError("interrupted", "another upload is wanted"));
    return undefined;
  }
}

function textOf({ signal: _, ...options }: StageOptions): string {
  return JSON.stringify(options);
}
