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
import type { FileInfo, SmallFile } from "../../service/files.ts";
import type { UserPlace } from "../files/place.ts";
import { copyFile } from "./copy_file.ts";

type CopyPlace = Pick<UserPlace, "files" | "properties">;

/**
 * Copies a folder to a free name. An entry that cannot be copied does not stop the others; below a
 * folder that cannot be created, nothing is copied.
 *
 * @throws `partial` if something could not be copied; the parts name each. The folder's own error.
 */
export async function copyTree(
  place: CopyPlace,
  source: FileInfo,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  await copyFolder(place, source, to, signal);
  const copy = new TreeCopy(place, source.path, to, signal);
  const onLeftOut = (path: string, error: Error) => copy.failed(path, error);
  for await (const info of place.files.list(source.path, { recursive: true, signal, onLeftOut })) {
    await copy.add(info);
  }
  await copy.finish();
}

/** Copies a folder without what is in it. @throws As `Files.mkdir`. */
export async function copyFolder(
  { files, properties }: CopyPlace,
  { path, mode }: FileInfo,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  await files.mkdir(to, { mode, signal });
  properties.copy(path, to);
}

class TreeCopy {
  readonly #failures = new ErrorList();
  /** Small files that are copied together. */
  #batch: FileInfo[] = [];
  #batchBytes = 0;
  /** The last folder that could not be created: its entries follow it. */
  #missing: string | undefined;

  constructor(
    private readonly place: CopyPlace,
    private readonly from: string,
    private readonly to: string,
    private readonly signal: AbortSignal,
  ) {}

  async add(info: FileInfo): Promise<void> {
    const { path, type, bytes } = info;
    if (this.#missing !== undefined && isWithin(this.#missing, path)) return;
    try {
      if (type === "dir") await copyFolder(this.place, info, this.#target(path), this.signal);
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

  #copy(info: FileInfo): Promise<void> {
    return copyFile(this.place, info, this.#target(info.path), {
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
    const { place: { files, properties }, signal } = this;
    const batch = new Map(this.#batch.map((info) => [info.path, info]));
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.size === 0) return;
    const copies: SmallFile[] = [];
    const sources = new Map<string, string>();
    for await (const result of files.readMany([...batch.keys()], { signal })) {
      if ("value" in result) {
        const path = this.#target(result.path);
        sources.set(path, result.path);
        copies.push({ ...result.value, path });
      } // It has grown.
      else if (hasCode(result.error, "conflict")) await this.#tryCopy(batch.get(result.path)!);
      else this.failed(result.path, result.error);
    }
    for (const result of await files.writeMany(copies, { signal })) {
      if ("error" in result) this.failed(result.path, result.error);
      else properties.copy(sources.get(result.path)!, result.path);
    }
  }

  async #tryCopy({ path }: FileInfo): Promise<void> {
    try {
      await this.#copy(await this.place.files.stat(path, { signal: this.signal }));
    } catch (error) {
      this.failed(path, error);
    }
  }
}
