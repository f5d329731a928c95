/**
 * Reports of the system about a folder that is watched.
 *
 * @module
 */

import { asFtError } from "../../../base/os_errors.ts";
import { isWithin } from "../../../base/is_within.ts";
import { type Facts, factsAt, sameFile } from "../../../storage/fs_entry.ts";

/** Receives reports. */
export interface FolderListener {
  /** Something changed at a path below the folder. */
  changed(rest: string): void;
  /** Something was renamed within the folder. */
  renamed(from: string, to: string): void;
  /** Reports were lost, or the folder itself changed. */
  lost(): void;
  /** The system does not report changes. */
  failed(error: Error): void;
}

/** Watches a folder until disposed. */
export class FolderEvents implements Disposable {
  readonly #listener: FolderListener;
  readonly #watcher: Deno.FsWatcher;
  /** The real path, which the events have. */
  readonly #real: string;
  readonly #facts: Facts;
  /** Real paths that are not reported. */
  readonly #ignored: readonly string[];
  #closed = false;

  /**
   * @param ignored Paths whose changes do not count, such as the client's own state.
   * @throws `not_found`, and the errors of a system that cannot watch it.
   */
  constructor(folder: string, listener: FolderListener, ignored: readonly string[] = []) {
    this.#listener = listener;
    try {
      this.#real = Deno.realPathSync(folder);
      this.#facts = factsAt(this.#real, false);
      this.#watcher = Deno.watchFs(this.#real, { recursive: true });
    } catch (error) {
      throw asFtError(error, `Cannot watch ${folder}`, folder);
    }
    this.#ignored = ignored.flatMap(realPath);
    this.#run().catch((error) => this.#failed(error));
  }

  /** Whether the folder is another one by now, so that it has to be watched anew. */
  isStale(folder: string): boolean {
    try {
      return !sameFile(factsAt(folder, true), this.#facts);
    } catch {
      return true;
    }
  }

  async #run(): Promise<void> {
    for await (const event of this.#watcher) this.#take(event);
  }

  #take({ kind, flag, paths }: Deno.FsEvent): void {
    if (flag === "rescan") return this.#listener.lost();
    // Reading a file, as an upload does, changes nothing.
    if (kind === "access") return;
    const rests = paths.flatMap((path) => this.#restOf(path));
    for (const rest of rests) {
      if (rest === ".") this.#listener.lost();
      else this.#listener.changed(rest);
    }
    const [from, to] = rests;
    const isPair = kind === "rename" && rests.length === 2 && from !== "." && to !== ".";
    if (isPair) this.#listener.renamed(from!, to!);
  }

  #restOf(path: string): string[] {
    if (this.#ignored.some((folder) => isWithin(folder, path))) return [];
    if (path === this.#real) return ["."];
    const start = this.#real.endsWith("/") ? this.#real.length : this.#real.length + 1;
    return path.startsWith(this.#real) ? [path.slice(start).replaceAll("\\", SEPARATOR)] : [];
  }

  #failed(error: unknown): void {
    if (!this.#closed) this.#listener.failed(asFtError(error, "Cannot watch the folder"));
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watcher.close();
  }
}

/** A backslash separates names on Windows only. */
const SEPARATOR = Deno.build.os === "windows" ? "/" : "\\";

function realPath(path: string): string[] {
  try {
    return [Deno.realPathSync(path)];
  } catch {
    return [];
  }
}
