/**
 * The folders on the server that an upload mirrors to.
 *
 * @module
 */

import { FtError, hasCode } from "../../../base/errors.ts";
import { BATCH_WIDTH, MAX_LISTED_NAMES } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { FileInfo } from "../../../service/files.ts";
import { type Facts, factsAt, sameFile } from "../../../storage/fs_entry.ts";
import { storePath } from "../../../storage/store_path.ts";
import type { BatchRun } from "../batch_run.ts";
import { pathBelow } from "../listed_path.ts";
import { folderOf, localJoin, localStatus } from "../local_path.ts";
import { EVERY_NAME } from "../name_filter.ts";
import type { PutPlace } from "../put/put_places.ts";
import type { RemoteDigests, UploadedNames } from "../put/remote_digests.ts";
import { findTarget } from "../put/remote_target.ts";
import { foldedNames } from "./folded_names.ts";
import type { Extra, Extras, MirrorTarget } from "./mirror.ts";
import { unwanted } from "./unwanted.ts";

/** The files and folders of an upload. */
export interface MirroredUpload extends UploadedNames {
  /** The local folders, which those on the server become equal to. */
  readonly trees: readonly PutPlace[];
  /** Local files and folders that do not exist any more. */
  readonly gone: readonly PutPlace[];
  /** The local folders that the user named. */
  readonly tops: readonly string[];
}

/** A file or folder on the server that has no source. */
export interface RemoteExtra extends Extra {
  readonly info: FileInfo;
  /** The local paths that would be its sources. */
  readonly sources: readonly string[];
}

/** A listing, and the paths of what the server does not show. */
interface Listed {
  readonly listed: ReadonlyMap<string, FileInfo>;
  readonly hidden: readonly string[];
}

/** Names that a message has at most. */
const MAX_SHOWN = 3;

/** The server's side of an upload. */
export class RemoteMirrorTarget implements MirrorTarget<RemoteExtra> {
  readonly title: string;
  readonly #run: BatchRun;
  readonly #upload: MirroredUpload;
  readonly #digests: RemoteDigests | undefined;
  readonly #kept: ReadonlySet<string>;
  /** The local folders as they were when the upload was planned. */
  readonly #tops = new Map<string, Facts>();

  /** @param digests Tells which folders have equal files, so that they are not listed. */
  constructor(run: BatchRun, upload: MirroredUpload, digests?: RemoteDigests) {
    this.#run = run;
    this.#upload = upload;
    this.#digests = digests;
    this.#kept = new Set([...upload.files, ...upload.folders]);
    const names = [...upload.trees, ...upload.gone].map(({ name }) => name);
    this.title = names.length > MAX_SHOWN ? "the server" : [...new Set(names)].join(", ");
  }

  async find(): Promise<Extras<RemoteExtra>> {
    const { trees, gone, tops } = this.#upload;
    for (const top of tops) this.#tops.set(top, factsOf(top));
    const extras: RemoteExtra[] = [];
    let names = 0;
    for (const [name, places] of Map.groupBy(trees, ({ name }) => name)) {
      const equal = await this.#digests?.namesIfEqual(name, this.#upload);
      if (equal !== undefined) names += equal;
      else names += this.#choose(await this.#list(name), places, extras);
    }
    for (const place of gone) names += this.#choose(await this.#listGone(place), [place], extras);
    return { extras, names };
  }

  /** Chooses what is removed. @returns The number of names in the listing. */
  #choose(
    { listed, hidden }: Listed,
    places: readonly PutPlace[],
    extras: RemoteExtra[],
  ): number {
    const { name: top, filter = EVERY_NAME } = places[0]!;
    const restOf = (path: string) => path === top ? "." : pathBelow(storePath(top), path);
    const found = unwanted([...listed.keys()], {
      isWanted: (path) => this.#kept.has(path) || !filter(restOf(path)),
      hidden,
    });
    for (const name of found) {
      const sources = places.map(({ source }) => localJoin(source, restOf(name)));
      extras.push({ name, info: listed.get(name)!, sources });
    }
    return listed.size;
  }

  /** Lists something without a source: itself, and everything below. */
  async #listGone({ name }: PutPlace): Promise<Listed> {
    const { signal } = this.#run.context;
    const info = await this.#run.link.use(({ files }) => findTarget(files, name, signal));
    if (info === null) return { listed: new Map(), hidden: [] };
    if (info.type === "file") return { listed: new Map([[name, info]]), hidden: [] };
    const { listed, hidden } = await this.#list(name);
    return { listed: new Map([[name, info], ...listed]), hidden };
  }

  async #list(top: string): Promise<Listed> {
    const { signal } = this.#run.context;
    return await this.#run.link.use(async ({ files }) => {
      const listed = new Map<string, FileInfo>();
      const hidden: string[] = [];
      const onLeftOut = (path: string) => void hidden.push(path);
      try {
        for await (const info of files.list(top, { recursive: true, signal, onLeftOut })) {
          if (info.path !== top) listed.set(info.path, info);
          if (listed.size <= MAX_LISTED_NAMES) continue;
          throw new FtError("limit", `too many names in ${top}`, { name: top });
        }
      } catch (error) {
        if (!hasCode(error, "not_found") || listed.size > 0) throw error;
      }
      return { listed, hidden };
    });
  }

  async remove(extras: readonly RemoteExtra[]): Promise<void> {
    this.#requireSources();
    const stay = new Set<string>();
    const folded = foldedNames(extras.map(({ name }) => name), this.#kept);
    const [folders, files] = [true, false].map((dir) =>
      extras.filter(({ info }) => (info.type === "dir") === dir)
    );
    const remove = (extra: RemoteExtra) => this.#remove(extra, folded.get(extra.name), stay);
    const { signal } = this.#run.context;
    await forEachBounded(files!, BATCH_WIDTH, remove, signal);
    const levels = Map.groupBy(folders!, ({ name }) => name.split("/").length);
    for (const depth of [...levels.keys()].sort((a, b) => b - a)) {
      await forEachBounded(levels.get(depth)!, BATCH_WIDTH, remove, signal);
    }
  }

  /** @throws `conflict` if a source is another folder by now, as when a disk was unmounted. */
  #requireSources(): void {
    for (const [source, before] of this.#tops) {
      if (sameFile(factsOf(source), before)) continue;
      throw new FtError("conflict", `another folder has its name by now: ${source}`, {
        name: source,
      });
    }
  }

  /** @param kept A kept name that differs only in case, and may be the same file. */
  async #remove(
    { name, info, sources }: RemoteExtra,
    kept: string | undefined,
    stay: Set<string>,
  ): Promise<void> {
    if (stay.has(name)) return;
    try {
      if (sources.some((source) => localStatus(source) !== null)) {
        throw new FtError("conflict", `not removed: ${name} exists here by now`, { name });
      }
      if (kept !== undefined && await this.#isSame(kept, name)) return this.#stays(name, stay);
      await this.#run.link.use(({ files }) => this.#removeAt(files, name, info.revision));
      this.#run.removed({ op: "put", name });
    } catch (error) {
      this.#stays(name, stay);
      this.#run.failed(name, asFtError(error));
    }
  }

  /** One that another client has removed is gone, too; so is one whose answer was lost. */
  async #removeAt(
    files: { remove: (path: string, options: object) => Promise<void> },
    name: string,
    revision: string,
  ): Promise<void> {
    const { signal } = this.#run.context;
    try {
      await files.remove(name, { revision, signal });
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
    }
  }

  /** Whether two names are of one file: no two files have the same revision. */
  #isSame(kept: string, name: string): Promise<boolean> {
    const { signal } = this.#run.context;
    return this.#run.link.use(async ({ files }) => {
      const both = [kept, name].map((path) => files.stat(path, { signal }));
      const [one, other] = await Promise.all(both);
      return one!.type === "file" && one!.revision === other!.revision;
    });
  }

  /** The folders around a name that stays are not removed either, without an error of their own. */
  #stays(name: string, stay: Set<string>): void {
    for (let folder = folderOf(name); folder !== "."; folder = folderOf(folder)) stay.add(folder);
  }
}

function factsOf(source: string): Facts {
  try {
    return factsAt(source, true);
  } catch (error) {
    throw asFtError(error, `Cannot read ${source}`, source);
  }
}
