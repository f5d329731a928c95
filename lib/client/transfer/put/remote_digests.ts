/**
 * Digests of the folders that an upload goes to, requested before the local files are looked at, so
 * that both sides work at the same time.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import { isWithin } from "../../../base/is_within.ts";
import { MAX_FOLDERS_LISTED, MAX_NAMES_AHEAD } from "../../../base/limits.ts";
import { anySignal } from "../../../base/signals.ts";
import type { FolderDigest } from "../../../native/folder_digests.ts";
import type { BatchRun } from "../batch_run.ts";
import { folderOf } from "../local_path.ts";

/** The folders of a tree on the server, by path. */
type FolderDigests = ReadonlyMap<string, FolderDigest>;

/** The names of an upload on the server. */
export interface UploadedNames {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Digests of folders on the server. Disposing it cancels the requests that nobody waits for. */
export class RemoteDigests implements Disposable {
  readonly #run: BatchRun;
  readonly #trees = new Map<string, Promise<FolderDigests | null>>();
  readonly #differing = new Set<string>();
  #waiting = 0;
  readonly #stop = new AbortController();
  #maxNames = MAX_NAMES_AHEAD;

  /** @param names Folders on the server, which may not exist. */
  constructor(run: BatchRun, names: readonly string[]) {
    this.#run = run;
    for (const name of names) {
      this.#waiting++;
      this.#trees.set(name, this.#request(name).finally(() => this.#waiting--));
    }
  }

  /** Ends requests about much more than this number of names. */
  expect(names: number): void {
    this.#maxNames = Math.min(this.#maxNames, 4 * names + 1000);
  }

  /** Whether nothing is under way any more. */
  get arrived(): boolean {
    return this.#waiting === 0;
  }

  /** Returns the digest of a folder; `undefined` if there is none, or it is not known. */
  async of(folder: string): Promise<FolderDigest | undefined> {
    return (await this.#around(folder))?.get(folder);
  }

  /** Notes that the files in a folder differ. */
  differs(folder: string): void {
    this.#differing.add(folder);
  }

  /**
   * Looks for a folder: it is `absent`, or `equal` as far as there were files to compare.
   * The files of one that is `different` are looked up by themselves if there are `few` such folders.
   */
  async found(folder: string): Promise<"absent" | "equal" | "few" | "different"> {
    const tree = await this.#around(folder);
    if (tree === null) return "different";
    if (!tree.has(folder)) return "absent";
    if (!this.#differing.has(folder)) return "equal";
    return this.#differing.size <= MAX_FOLDERS_LISTED ? "few" : "different";
  }

  /**
   * Counts the names below a folder, if it has no other files and folders than those of an upload whose
   * files were compared.
   *
   * @returns `undefined` if it has, or may have.
   */
  async namesIfEqual(top: string, upload: UploadedNames): Promise<number | undefined> {
    const tree = await this.#around(top);
    if (tree === null) return undefined;
    const folders = new Set(upload.folders);
    const files = Map.groupBy(upload.files, folderOf);
    let names = 0;
    for (const { path, files: count } of tree.values()) {
      if (!isWithin(top, path)) continue;
      const equal = folders.has(path) && !this.#differing.has(path);
      if (!equal || count !== (files.get(path)?.length ?? 0)) return undefined;
      names += count + (path === top ? 0 : 1);
    }
    return names;
  }

  async #around(folder: string): Promise<FolderDigests | null> {
    const top = this.#trees.keys().find((name) => isWithin(name, folder));
    return top === undefined ? null : await this.#trees.get(top)!;
  }

  /** Errors are met, and reported, when the names are looked up. */
  async #request(name: string): Promise<FolderDigests | null> {
    const signal = anySignal(this.#run.context.signal, this.#stop.signal);
    const found = new Map<string, FolderDigest>();
    try {
      return await this.#run.link.use(async ({ transfers }) => {
        const digests = transfers.groups?.digests;
        if (digests === undefined) return null;
        let names = 0;
        for await (const batch of digests(name, { signal })) {
          for (const folder of batch) {
            names += 1 + folder.files;
            found.set(folder.path, folder);
          }
          if (names > this.#maxNames) return null;
        }
        return found;
      });
    } catch (error) {
      return hasCode(error, "not_found") ? found : null;
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
