/**
 * Listings of the folders that an upload goes to, requested before the local files are looked at, so
 * that both sides work at the same time.
 *
 * @module
 */

import { batchesOf } from "../../../base/batched.ts";
import { isWithin } from "../../../base/is_within.ts";
import { MAX_NAMES_AHEAD } from "../../../base/limits.ts";
import { anySignal } from "../../../base/signals.ts";
import type { FileInfo } from "../../../service/files.ts";
import type { BatchRun } from "../batch_run.ts";
import type { RemoteDigests } from "./remote_digests.ts";

/** A folder of the server, and everything below it, by path. */
export type RemoteTree = ReadonlyMap<string, FileInfo>;

/** A listing has no facts about the folder itself, of which only the type is of use. */
const FOLDER = { type: "dir", bytes: 0, mtimeMs: 0, executable: false, revision: "" } as const;

/** Listings under way. Disposing it cancels those that nobody waits for. */
export class RemoteTrees implements Disposable {
  readonly #run: BatchRun;
  readonly #names: readonly string[];
  readonly #digests: RemoteDigests | undefined;
  readonly #trees = new Map<string, Promise<RemoteTree | null>>();
  readonly #stop = new AbortController();
  #maxNames = MAX_NAMES_AHEAD;

  /**
   * @param names Folders on the server, which may not exist.
   * @param digests Tells which folders differ, so that the others are not listed.
   */
  constructor(run: BatchRun, names: readonly string[], digests?: RemoteDigests) {
    this.#run = run;
    this.#names = names;
    this.#digests = digests;
    if (digests === undefined) { for (const name of names) this.#listing(name); }
  }

  /**
   * Ends listings that are much larger than what is uploaded.
   *
   * @param names Names that are looked for.
   */
  expect(names: number): void {
    this.#maxNames = Math.min(this.#maxNames, 4 * names + 1000);
  }

  /**
   * Waits for the tree that a folder is in.
   *
   * @returns `null` if its names have to be looked up one by one.
   */
  async around(folder: string): Promise<RemoteTree | null> {
    const top = this.#names.find((name) => isWithin(name, folder));
    if (top === undefined) return null;
    switch (await this.#digests?.found(folder)) {
      case "absent":
        return new Map();
      case "equal":
        return new Map([[folder, { path: folder, ...FOLDER }]]);
      case "few":
        return null;
      default:
        return await this.#listing(top);
    }
  }

  #listing(name: string): Promise<RemoteTree | null> {
    let listing = this.#trees.get(name);
    if (listing === undefined) this.#trees.set(name, listing = this.#list(name));
    return listing;
  }

  /** Errors are met, and reported, when the names are looked up. */
  async #list(name: string): Promise<RemoteTree | null> {
    const { signal, options: { checksum } } = this.#run.context;
    try {
      return await this.#run.link.use(async ({ files, transfers }) => {
        if (transfers.groups === undefined) return null;
        // The listing of a file is that file.
        const found = new Map<string, FileInfo>([[name, { path: name, ...FOLDER }]]);
        const stop = anySignal(signal, this.#stop.signal);
        const options = { recursive: true, roots: !checksum, signal: stop };
        for await (const batch of batchesOf(files.list(name, options))) {
          for (const info of batch) found.set(info.path, info);
          if (found.size > this.#maxNames) return null;
        }
        return found;
      });
    } catch {
      return null;
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
