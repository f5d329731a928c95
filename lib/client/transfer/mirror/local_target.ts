/**
 * The local folders that a download mirrors to.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { absolutePath } from "../../../base/absolute_path.ts";
import { LOCAL_REMOVALS_A_TURN } from "../../../base/limits.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import { Turns } from "../../../base/turns.ts";
import { type Facts, look, sameFile, versionOf } from "../../../storage/fs_entry.ts";
import type { NameFilter } from "../../remote/transfer_context.ts";
import { storePath } from "../../../storage/store_path.ts";
import type { BatchRun } from "../batch_run.ts";
import { pathBelow } from "../listed_path.ts";
import { folderOf, localJoin } from "../local_path.ts";
import { EVERY_NAME } from "../name_filter.ts";
import { foldedNames } from "./folded_names.ts";
import { listLocal, type LocalTree, localTree } from "./local_listing.ts";
import type { Extra, Extras, MirrorTarget } from "./mirror.ts";
import { SetAside } from "./set_aside.ts";
import { unwanted } from "./unwanted.ts";

/** The local files and folders of a download. */
export interface MirroredDownload {
  /** The local folders, with the names of those on the server that go there. */
  readonly tops: ReadonlyMap<string, readonly string[]>;
  /** The local paths of its files and folders. */
  readonly kept: ReadonlySet<string>;
  /** The names that are mirrored, relative to a tree. @default all */
  readonly filter?: NameFilter | undefined;
}

/** A local file, folder or link that the server does not have. */
export interface LocalExtra extends Extra {
  readonly path: string;
  readonly facts: Facts;
  readonly tree: LocalTree;
}

/** The local side of a download. */
export class LocalMirrorTarget implements MirrorTarget<LocalExtra> {
  readonly title: string;
  readonly #run: BatchRun;
  readonly #download: MirroredDownload;
  readonly #forever: boolean;

  /** @param options `forever`: whether files are removed for good. */
  constructor(
    run: BatchRun,
    download: MirroredDownload,
    { forever = false }: { readonly forever?: boolean },
  ) {
    this.#run = run;
    this.#download = download;
    this.#forever = forever;
    this.title = [...download.tops.keys()].join(", ");
  }

  async find(): Promise<Extras<LocalExtra>> {
    const { tops, kept, filter = EVERY_NAME } = this.#download;
    const extras = new Map<string, LocalExtra>();
    const { signal } = this.#run.context;
    let names = 0;
    for (const [target, sources] of tops) {
      const tree = localTree(sources, target);
      if (tree === null) continue;
      const { paths, staying, restOf, ...listing } = await listLocal(tree, kept, signal);
      names += listing.names;
      const isWanted = (path: string) => !filter(restOf(path));
      for (const path of unwanted(paths, { isWanted, hidden: staying })) {
        const facts = factsAt(path);
        const name = localJoin(tree.names[0]!, restOf(path));
        if (facts !== null) extras.set(path, { name, path, facts, tree });
      }
    }
    return { extras: [...extras.values()], names };
  }

  async remove(extras: readonly LocalExtra[]): Promise<void> {
    const listed = await this.#listedByNow(extras);
    using asides = new DisposableStack();
    const aside = this.#forever ? undefined : asidesOf(extras, asides);
    const folded = foldedNames(extras.map(({ path }) => path), this.#download.kept);
    const turns = new Turns(LOCAL_REMOVALS_A_TURN);
    const stay = new Set<string>();
    for (const extra of extras) {
      await turns.take(1, this.#run.context.signal);
      const { name, path, facts } = extra;
      if (stay.has(path)) continue;
      try {
        if (listed.has(path)) throw changed(path, "the server has it by now");
        const kept = folded.get(path);
        const same = kept !== undefined && factsAt(kept);
        if (same && sameFile(same, facts)) stays(path, stay);
        else this.#remove(extra, aside?.get(extra.tree));
      } catch (error) {
        stays(path, stay);
        this.#run.failed(name, asFtError(error));
      }
    }
  }

  #remove({ name, path, facts, tree }: LocalExtra, aside: SetAside | undefined): void {
    const now = factsAt(path);
    if (now !== null) {
      requireInside(path, tree);
      const same = now.kind === facts.kind &&
        (now.kind === "dir" || versionOf(now).revision === versionOf(facts).revision);
      if (!same) throw changed(path, "it has changed meanwhile");
    }
    try {
      const kept = now && aside?.take(path, now.kind === "dir" ? now : undefined);
      if (now !== null && kept === undefined) Deno.removeSync(path);
      const moved = typeof kept === "string" ? { kept, aside: aside?.folder } : {};
      this.#run.removed({ op: "get", name, path, ...moved });
    } catch (error) {
      if (codeOf(error) === "conflict") throw changed(path, "it is not empty any more");
      throw asFtError(error, `Cannot remove ${path}`, path);
    }
  }

  /** The paths that are to be removed here, and that the server has by now. */
  async #listedByNow(extras: readonly LocalExtra[]): Promise<ReadonlySet<string>> {
    const paths = new Set(extras.map(({ path }) => path));
    const found = new Set<string>();
    for (const { names, target } of new Set(extras.map(({ tree }) => tree))) {
      for (const name of names) {
        for (const rest of await this.#namesIn(name)) {
          const path = localJoin(target, rest);
          if (paths.has(path)) found.add(path);
        }
      }
    }
    return found;
  }

  /** @throws If something is left out of the listing. */
  async #namesIn(folder: string): Promise<string[]> {
    const { signal } = this.#run.context;
    const leftOut: Error[] = [];
    const onLeftOut = (_path: string, error: Error) => void leftOut.push(error);
    const options = { recursive: true, namesOnly: true, signal, onLeftOut };
    const at = storePath(folder);
    const names = await this.#run.link.use(async ({ files }) => {
      const rests: string[] = [];
      for await (const { path } of files.list(folder, options)) rests.push(pathBelow(at, path));
      return rests;
    });
    if (leftOut.length > 0) throw leftOut[0]!;
    return names;
  }
}

/** The folders around a name that stays are not removed either, without an error of their own. */
function stays(path: string, stay: Set<string>): void {
  for (let at = path, above = folderOf(at); above !== at; at = above, above = folderOf(at)) {
    stay.add(above);
  }
}

function asidesOf(
  extras: readonly LocalExtra[],
  stack: DisposableStack,
): ReadonlyMap<LocalTree, SetAside> {
  const trees = new Set(extras.map(({ tree }) => tree));
  return new Map([...trees].map((tree) => [tree, stack.use(SetAside.beside(tree.target))]));
}

function factsAt(path: string): Facts | null {
  try {
    return look(absolutePath(path));
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** @throws `conflict` if a folder above the path is a link by now. */
function requireInside(path: string, { target, real }: LocalTree): void {
  const folder = folderOf(path);
  const rest = folder === target ? "" : folder.slice(target === "." ? 0 : target.length + 1);
  const expected = rest === "" ? real : localJoin(real, rest);
  if (realPath(folder) !== expected) throw changed(path, `${folder} is another folder by now`);
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

function changed(name: string, why: string): FtError {
  return new FtError("conflict", `not removed: ${name} (${why})`, { name });
}
