/**
 * The entries of an archive, decided before its first byte is sent: so its size is known, and what
 * has to be left out can be said in it.
 *
 * @module
 */

import { ErrorList } from "../../base/error_list.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { hasUnsafeName } from "../../base/text.ts";
import type { FileInfo } from "../../service/files.ts";
import { pathFault } from "../../storage/store_path.ts";
import type { UserPlace } from "../files/place.ts";
import { type ArchiveEntry, ArchiveSize, type ArchiveWriter } from "./archive_writer.ts";
import { PlannedEntries } from "./planned_entries.ts";

/** Everybody may read. */
const READABLE = 0o444;
const MODE_BITS = 0o777;

/** A file or folder of the archive. */
export interface PlannedFile extends ArchiveEntry {
  readonly info: FileInfo;
}

/** The entries of one archive. It must be disposed. */
export class ArchivePlan implements Disposable {
  /** Errors of the entries that are left out. */
  readonly leftOut = new ErrorList();
  /** The size of the archive so far. */
  readonly size: ArchiveSize;
  readonly #infos: FileInfo[] = [];
  readonly #counted = new PlannedEntries();
  readonly #place: UserPlace;
  readonly #signal: AbortSignal;

  private constructor(place: UserPlace, writer: ArchiveWriter, signal: AbortSignal) {
    this.size = new ArchiveSize(writer);
    this.#place = place;
    this.#signal = signal;
  }

  /**
   * Lists what a folder has.
   *
   * @param names The selected names; none for all.
   * @param writer Measures the archive.
   * @throws `not_found` if a selected name is not there, `limit` for too many entries, and what
   *   listing throws.
   */
  static async of(
    place: UserPlace,
    names: readonly string[],
    writer: ArchiveWriter,
    signal: AbortSignal,
  ): Promise<ArchivePlan> {
    const plan = new ArchivePlan(place, writer, signal);
    try {
      if (names.length === 0) await plan.#addBelow(place.path);
      for (const name of names) await plan.#addSelected(name);
      return plan;
    } catch (error) {
      plan[Symbol.dispose]();
      throw error;
    }
  }

  /** The entries, in the order of the archive. */
  *[Symbol.iterator](): Generator<PlannedFile> {
    for (const info of this.#infos) yield this.#entryOf(info);
  }

  #entryOf(info: FileInfo): PlannedFile {
    const { path, type, bytes, mtimeMs } = info;
    const name = `${this.#nameOf(path)}${type === "dir" ? "/" : ""}`;
    return { name, type, bytes, mtimeMs, mode: modeOf(info), info };
  }

  /** Names at the top of the archive. */
  get topNames(): ReadonlySet<string> {
    return new Set(this.#infos.map(({ path }) => this.#nameOf(path).split("/")[0]!));
  }

  #nameOf(path: string): string {
    const dir = this.#place.path;
    return dir === "." ? path : path.slice(dir.length + 1);
  }

  async #addSelected(name: string): Promise<void> {
    const { files, path } = this.#place;
    const info = await files.stat(path === "." ? name : `${path}/${name}`, {
      signal: this.#signal,
    });
    await this.#add(info);
    if (info.type === "dir") await this.#addBelow(info.path);
  }

  async #addBelow(dir: string): Promise<void> {
    const listed = this.#place.files.list(dir, {
      ...{ recursive: true, roots: true, signal: this.#signal },
      onLeftOut: (path, error) => this.leftOut.add(asFtError(error, undefined, path)),
    });
    for await (const info of listed) await this.#add(info);
  }

  async #add(info: FileInfo): Promise<void> {
    const fault = nameFault(this.#nameOf(info.path)) ?? await this.#readFault(info);
    if (fault !== undefined) {
      const { path: name } = info;
      this.leftOut.add(new FtError("not_allowed", `left out: ${name} (${fault})`, { name }));
      return;
    }
    this.#counted.add();
    this.#infos.push(info);
    this.size.add(this.#entryOf(info));
  }

  /**
   * Why a file cannot be read. Halfway through the archive it would be too late to leave it out. A
   * file that everybody on the server's machine may read need not be opened to know.
   */
  async #readFault({ path, type, mode }: FileInfo): Promise<string | undefined> {
    if (type === "dir") return undefined;
    const { files, canRead } = this.#place;
    if (!canRead(path)) return "you are not allowed to read it";
    if (mode === undefined || (mode & READABLE) === READABLE) return undefined;
    try {
      await using _reading = await files.read(path, [], { partial: true, signal: this.#signal });
      return undefined;
    } catch (error) {
      this.#signal.throwIfAborted();
      return asFtError(error).message;
    }
  }

  [Symbol.dispose](): void {
    this.#counted[Symbol.dispose]();
  }
}

/** Why a name must not be in an archive, which may be unpacked on any system. */
function nameFault(name: string): string | undefined {
  if (hasUnsafeName(name)) return "it has a backslash or a control character";
  return pathFault(name)?.why;
}

/** Without bits that give rights of the owner, and so that what is unpacked can be removed again. */
function modeOf({ type, mode, executable }: FileInfo): number {
  if (type === "dir") return (mode ?? 0o755) & MODE_BITS | 0o700;
  return (mode ?? (executable ? 0o755 : 0o644)) & MODE_BITS;
}
