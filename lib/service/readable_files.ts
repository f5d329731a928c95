/**
 * Files, and versions of them, that one caller may read.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import type { StoredFile, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { CallerAccess } from "./caller_access.ts";
import { infoOf } from "./file_info.ts";
import type { FileInfo, PartOptions, VersionOptions } from "./files.ts";
import { firstBytes } from "./first_bytes.ts";
import type { ServiceContext } from "./service_context.ts";
import { requireVersion, versionsOf } from "./service_versions.ts";

/** Opens files for one caller. */
export class ReadableFiles {
  readonly #context: Pick<ServiceContext, "openFiles" | "store" | "versions">;
  readonly #holder: string;
  readonly #access: CallerAccess;

  /** @param holder Its open files count for it. */
  constructor(
    context: Pick<ServiceContext, "openFiles" | "store" | "versions">,
    holder: string,
    access: CallerAccess,
  ) {
    this.#context = context;
    this.#holder = holder;
    this.#access = access;
  }

  /** Opens a file, or a version of it. @throws `not_found`, `not_allowed`, `usage` for a folder. */
  async open(path: string, { bytes, rev }: PartOptions & VersionOptions = {}): Promise<StoredFile> {
    const at = this.#access.permitted("read", path);
    const { openFiles, store } = this.#context;
    const open = async () => {
      if (rev === undefined) return await store.open(at);
      const versions = versionsOf(this.#context);
      return await versions.open(await requireVersion(versions, at, rev));
    };
    const file = await openFiles.open(this.#holder, open);
    if (file === null) throw notFound(path);
    return bytes === undefined ? file : firstBytes(file, bytes);
  }

  /** Returns the entry of a file, or of a version of it. @throws As {@linkcode open}. */
  async entry(path: string, { rev }: VersionOptions = {}): Promise<StoreEntry> {
    const at = this.#access.permitted("read", path);
    if (rev !== undefined) {
      await using file = await this.open(path, { rev });
      return file.entry;
    }
    const entry = await this.#context.store.stat(at);
    if (entry === null) throw notFound(path);
    if (entry.type === "dir") throw new FtError("usage", `it is a folder: ${path}`, { name: path });
    return entry;
  }

  /** Returns the facts about a version. */
  async versionInfo(at: StorePath, rev: number): Promise<FileInfo> {
    const entry = await this.entry(at, { rev });
    const { root } = await requireVersion(versionsOf(this.#context), at, rev);
    return { ...infoOf(entry), path: at, ...(root !== undefined && { root }) };
  }
}
