/**
 * Copies a folder with everything below it within the server.
 *
 * @module
 */

import { ErrorList } from "../../base/error_list.ts";
import { FtError, hasCode } from "../../base/errors.ts";
import { isWithin } from "../../base/is_within.ts";
import { BATCH_BYTES, MAX_BATCH_FILES, SMALL_FILE_BYTES } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { FileInfo, Files } from "../../service/files.ts";
import { copyFile } from "./copy_file.ts";

/**
 * Copies a folder to a free name. An entry that cannot be copied does not stop the others; below a
 * folder that cannot be created, nothing is copied.
 *
 * @throws `partial` if something could not be copied; the parts name each. The folder's own error.
 */
export async function copyTree(
  files: Files,
  source: FileInfo,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  await files.mkdir(to, { mode: source.mode, signal });
  const copy = new TreeCopy(files, source.path, to, signal);
  const onLeftOut = (path: string, error: Error) => copy.failed(path, error);
  for await (const info of files.list(source.path, { recursive: true, signal, onLeftOut })) {
    await copy.add(info);
  }
  await copy.finish();
}

class TreeCopy {
  readonly #failures = new ErrorList();
  /** Small files that are copied together. */
  #batch: FileInfo[] = [];
  #batchBytes = 0;
  /** The last folder that could not be created: its entries follow it. */
  #missing: string | undefined;

  constructor(
    private readonly files: Files,
    private readonly from: string,
    private readonly to: string,
    private readonly signal: AbortSignal,
  ) {}

  async add(info: FileInfo): Promise<void> {
    const { path, type, bytes, mode } = info;
    const { files, signal } = this;
    if (this.#missing !== undefined && isWithin(this.#missing, path)) return;
    try {
      if (type === "dir") await files.mkdir(this.#target(path), { mode, signal });
      else if (bytes > SMALL_FILE_BYTES) await this.#copy(info);
      else await this.#addSmall(info);
    } catch (error) {
      this.failed(path, error);
      if (type === "dir") this.#missing = path;
    }
  }

  failed(path: string, error: unknown): void {
    this.signal.throwIfAborted();
    this.#failures.add(asFtError(error, undefined, path));
  }

  /** @throws `partial` */
  async finish(): Promise<void> {
    await this.#copyBatch();
    if (this.#failures.size === 0) return;
    const message = `not copied completely: ${this.from}`;
    throw new FtError("partial", message, { name: this.from, parts: this.#failures.errors });
  }

  #target(path: string): string {
    return `${this.to}${path.slice(this.from.length)}`;
  }

  #copy(info: FileInfo): Promise<FileInfo> {
    return copyFile(this.files, info, this.#target(info.path), {
      replace: false,
      signal: this.signal,
    });
  }

  async #addSmall(info: FileInfo): Promise<void> {
    this.#batch.push(info);
    this.#batchBytes += info.bytes;
    if (this.#batch.length < MAX_BATCH_FILES && this.#batchBytes < BATCH_BYTES) return;
    await this.#copyBatch();
  }

  async #copyBatch(): Promise<void> {
    const { files, signal } = this;
    const batch = new Map(this.#batch.map((info) => [info.path, info]));
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.size === 0) return;
    const copies = [];
    for await (const result of files.readMany([...batch.keys()], { signal })) {
      if ("value" in result) copies.push({ ...result.value, path: this.#target(result.path) });
      // It has grown.
      else if (hasCode(result.error, "conflict")) await this.#tryCopy(batch.get(result.path)!);
      else this.failed(result.path, result.error);
    }
    for (const result of await files.writeMany(copies, { signal })) {
      if ("error" in result) this.failed(result.path, result.error);
    }
  }

  async #tryCopy({ path }: FileInfo): Promise<void> {
    try {
      await this.#copy(await this.files.stat(path, { signal: this.signal }));
    } catch (error) {
      this.failed(path, error);
    }
  }
}
