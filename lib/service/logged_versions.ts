/**
 * Logs what is done with versions.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { storePath } from "../storage/store_path.ts";
import type { FileOperation } from "./file_event.ts";
import type {
  CallOptions,
  DeletedEntry,
  FileInfo,
  FileVersion,
  KeepingVersions,
  VersionOptions,
} from "./files.ts";
import { reportRefusal } from "./logged_refusal.ts";
import type { TransferAudience } from "./transfer_track.ts";

/** {@linkcode FileVersions} whose changes are logged, as those of files are. */
export class LoggedVersions implements KeepingVersions {
  readonly #versions: KeepingVersions;
  readonly #audience: TransferAudience;

  constructor(versions: KeepingVersions, audience: TransferAudience) {
    this.#versions = versions;
    this.#audience = audience;
  }

  get keeps(): boolean {
    return this.#versions.keeps;
  }

  of(path: string, options?: CallOptions): Promise<readonly FileVersion[]> {
    return this.#loggingErrors("stat", path, this.#versions.of(path, options));
  }

  async *deleted(
    folder: string,
    options?: CallOptions & { readonly recursive?: boolean | undefined },
  ): AsyncGenerator<DeletedEntry> {
    try {
      yield* this.#versions.deleted(folder, options);
    } catch (error) {
      throw this.#refused("list", folder, error);
    }
  }

  async restore(path: string, options?: VersionOptions): Promise<FileInfo> {
    const info = await this.#loggingErrors("restore", path, this.#versions.restore(path, options));
    const { bytes, root } = info;
    const name = storePath(path);
    this.#audience.log.info("file.restored", { name, bytes, rev: options?.rev });
    this.#audience.observe?.({ op: "restore", name, bytes, root, result: "done" });
    return info;
  }

  async forget(path: string, options?: VersionOptions): Promise<void> {
    await this.#loggingErrors("forget", path, this.#versions.forget(path, options));
    const name = storePath(path);
    this.#audience.log.info("version.forgotten", { name, rev: options?.rev });
    this.#audience.observe?.({ op: "forget", name, result: "done" });
  }

  async #loggingErrors<T>(op: FileOperation, path: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#refused(op, path, error);
    }
  }

  #refused(op: FileOperation, name: string, error: unknown): unknown {
    reportRefusal({ op, name, error: asFtError(error) }, this.#audience);
    return error;
  }
}
