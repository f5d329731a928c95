/**
 * The targets of an upload that exist on the server: those are compared, and not sent with others in
 * a group.
 *
 * @module
 */

import { BATCH_WIDTH } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { FileInfo, Files } from "../../../service/files.ts";
import type { BatchRun } from "../batch_run.ts";
import { folderOf } from "../local_path.ts";
import { findTarget } from "./remote_target.ts";
import type { RemoteTree, RemoteTrees } from "./remote_trees.ts";

/** Up to this many names of a folder are looked up one by one; for more, the folder is listed. */
const FEW_NAMES = 8;

/** Names on the server, as far as the user may see them. Changes meanwhile are found on writing. */
export class RemoteNames {
  readonly #run: BatchRun;
  readonly #trees: RemoteTrees;
  readonly #found = new Map<string, FileInfo>();
  readonly #folders = new Set<string>();
  /** Folders that are missing, without those in them. */
  readonly #missing = new Set<string>();

  private constructor(run: BatchRun, trees: RemoteTrees) {
    this.#run = run;
    this.#trees = trees;
  }

  /**
   * Looks for folders and targets. Nothing is looked for in a folder that is missing.
   *
   * @param trees Listings under way.
   * @param targets The names of files.
   */
  static async find(
    run: BatchRun,
    trees: RemoteTrees,
    folders: readonly string[],
    targets: readonly string[],
  ): Promise<RemoteNames> {
    const names = new RemoteNames(run, trees);
    const inFolders = Map.groupBy(targets, folderOf);
    const look = async (folder: string) => {
      if (names.#isMissing(folder)) return;
      if (!await names.#look(folder, inFolders.get(folder) ?? [])) names.#missing.add(folder);
    };
    const all = new Set([...folders, ...inFolders.keys()]);
    const levels = Map.groupBy(all, (folder) => folder.split("/").length);
    for (const depth of [...levels.keys()].sort((a, b) => a - b)) {
      await forEachBounded(levels.get(depth)!, BATCH_WIDTH, look, run.context.signal);
    }
    return names;
  }

  /** Whether a folder was looked for and found. */
  hasFolder(name: string): boolean {
    return this.#folders.has(name);
  }

  /** The file or folder that has this name. */
  get(name: string): FileInfo | undefined {
    return this.#found.get(name);
  }

  /**
   * The file or folder that had this name when it was looked for; `null` if there was none,
   * `undefined` if nobody looked.
   */
  seen(name: string): FileInfo | null | undefined {
    const folder = folderOf(name);
    const wasLooked = this.#folders.has(folder) || this.#isMissing(folder);
    return this.#found.get(name) ?? (wasLooked ? null : undefined);
  }

  #isMissing(folder: string): boolean {
    if (this.#missing.has(folder)) return true;
    const above = folderOf(folder);
    return above !== folder && this.#isMissing(above);
  }

  /** @returns Whether the folder exists. */
  async #look(folder: string, targets: readonly string[]): Promise<boolean> {
    const tree = await this.#trees.around(folder);
    if (tree !== null) return this.#lookIn(tree, folder, targets);
    return await this.#ask(folder, targets);
  }

  #lookIn(tree: RemoteTree, folder: string, targets: readonly string[]): boolean {
    if (tree.get(folder)?.type !== "dir") return false;
    this.#folders.add(folder);
    for (const name of targets) {
      const found = tree.get(name);
      if (found !== undefined) this.#found.set(name, found);
    }
    return true;
  }

  #ask(folder: string, targets: readonly string[]): Promise<boolean> {
    const { signal } = this.#run.context;
    return this.#run.link.use(async ({ files, transfers }) => {
      if (transfers.groups === undefined) return false;
      const found = await findTarget(files, folder, signal);
      if (found?.type !== "dir") return false;
      this.#folders.add(folder);
      if (targets.length > FEW_NAMES) await this.#list(files, folder, targets);
      else await this.#lookUp(files, targets);
      return true;
    });
  }

  async #lookUp(files: Files, targets: readonly string[]): Promise<void> {
    const { signal } = this.#run.context;
    await forEachBounded(targets, FEW_NAMES, async (name) => {
      const found = await findTarget(files, name, signal);
      if (found !== null) this.#found.set(name, found);
    }, signal);
  }

  async #list(files: Files, folder: string, targets: readonly string[]): Promise<void> {
    const { signal, options: { checksum } } = this.#run.context;
    const left = new Set(targets);
    for await (const info of files.list(folder, { roots: !checksum, signal })) {
      if (left.delete(info.path)) this.#found.set(info.path, info);
      if (left.size === 0) return;
    }
  }
}
