/**
 * The uploads of a page: some of them at once, the others in their order.
 *
 * @module
 */

import { type Existing, isActive, type Item, type ItemChange, newId, type Seen } from "./item.ts";
import { Items } from "./items.ts";
import type { Memory, Remembered } from "./memory.ts";
import { MAX_SMALL_BYTES, TakenError } from "./sender.ts";

/**
 * Files that are sent at once, and large ones among them. Browsers have six connections to a server, of
 * which the page needs one for long; small files use the others only for a moment.
 */
export const [MAX_SENDING, MAX_SENDING_LARGE] = [5, 2];

/** Sends a file; throws what the user has to mend. */
export type Send = (
  item: Item,
  file: File,
  report: (change: ItemChange) => void,
  signal: AbortSignal,
) => Promise<void>;

/** The answer to the question about a file that is there. */
export type Choice = "replace" | "rename" | "skip";

/** A new upload. */
export type NewItem = Pick<Item, "base" | "path" | "user"> & {
  readonly file: File;
  readonly taken?: Seen | undefined;
};

interface Running {
  readonly end: AbortController;
  readonly ended: Promise<void>;
  readonly isLarge: boolean;
}

/** The tools of a queue. */
export interface QueueParts {
  readonly send: Send;
  readonly memory: Memory;
  /** Removes what was sent of an upload. */
  readonly discard: (item: Item) => Promise<void>;
  /** Called when a file has arrived. */
  readonly onDone?: (item: Item) => void;
}

/** The queue. */
export class UploadQueue {
  readonly #parts: QueueParts;
  /** The uploads. */
  readonly items: Items = new Items();
  readonly #files = new Map<string, File>();
  readonly #running = new Map<string, Running>();
  readonly #watchers = new Set<() => void>();
  /** An answer for all files, as long as anything is left; one to replace is never for later ones. */
  #answer: "rename" | "skip" | undefined;
  #skipped = 0;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** The number of uploads that the user skipped. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Calls a function after each change. @returns Ends this. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Adds uploads. A file for one that lost its own continues that one. */
  add(files: readonly NewItem[]): void {
    const added: Remembered[] = [];
    for (const { file, taken, ...place } of files) {
      const { size: bytes, lastModified } = file;
      const lost = this.#lostLike({ ...place, bytes, lastModified });
      const item: Item = lost === undefined
        ? {
          ...place,
          ...{ id: newId(), bytes, lastModified, taken, existing: "refuse", sent: 0 },
          state: taken === undefined ? "waiting" : "asking",
        }
        : { ...lost, state: "waiting" };
      this.#files.set(item.id, file);
      this.items.set(item);
      if (lost === undefined) added.push([item, file]);
    }
    this.#parts.memory.add(added);
    this.#changed();
  }

  /** Continues the upload that lost this file. @returns Whether there is one. */
  giveBack(file: File): boolean {
    const item = this.items.in("lost").find(({ path, bytes, lastModified }) =>
      path.split("/").at(-1) === file.name && bytes === file.size &&
      lastModified === file.lastModified
    );
    if (item === undefined) return false;
    this.#files.set(item.id, file);
    this.#change(item.id, { state: "waiting" });
    return true;
  }

  #lostLike(
    { base, path, bytes, lastModified }: Pick<Item, "base" | "path" | "bytes" | "lastModified">,
  ): Item | undefined {
    return this.items.in("lost").find((item) =>
      item.base === base && item.path === path && item.bytes === bytes &&
      item.lastModified === lastModified
    );
  }

  /** Adds uploads of an earlier visit. */
  restore(items: readonly Remembered[]): void {
    for (const [item, file] of items) {
      const state = file === undefined ? "lost" : item.taken === undefined ? "waiting" : "asking";
      if (file !== undefined) this.#files.set(item.id, file);
      this.items.set({ ...item, state });
    }
    this.#changed();
  }

  /** Gives uploads up that another page of the browser has. */
  leave(ids: readonly string[]): void {
    for (const id of ids) {
      this.#running.get(id)?.end.abort();
      this.items.delete(id);
      this.#files.delete(id);
    }
    this.#changed();
  }

  /** Pauses an upload. */
  pause(id: string): void {
    const item = this.items.get(id);
    if (item === undefined || !isActive(item)) return;
    this.#running.get(id)?.end.abort();
    this.#change(id, { state: "paused" });
  }

  /** Continues an upload that is paused or failed. */
  resume(id: string): void {
    const item = this.items.get(id);
    if (item?.state !== "paused" && item?.state !== "failed") return;
    this.#change(id, { state: "waiting", error: undefined });
  }

  /** Cancels an upload, and removes what was sent of it. */
  cancel(id: string): void {
    const item = this.items.get(id);
    if (item === undefined) return;
    void this.#discard(item, this.#running.get(id));
    this.#forget(item);
    this.#changed();
  }

  async #discard(item: Item, running: Running | undefined): Promise<void> {
    running?.end.abort();
    await running?.ended;
    if (item.url !== undefined && item.state !== "done") {
      // The rest expires.
      await this.#parts.discard(item).catch(() => {});
    }
  }

  #forget({ id }: Item): void {
    this.items.delete(id);
    this.#files.delete(id);
    this.#parts.memory.remove(id);
  }

  /** Forgets the uploads that are done. */
  clear(): void {
    for (const { id } of [...this.items.in("done")]) this.items.delete(id);
    this.#skipped = 0;
    this.#changed();
  }

  /**
   * Answers the question about a file that is there.
   *
   * @param forAll Whether it is the answer for all about which the user would be asked now; later
   *   ones, too, unless they would be replaced: the user has not seen those.
   */
  answer(id: string, choice: Choice, forAll: boolean): void {
    for (const item of [...this.items.in("asking")]) {
      if (forAll || item.id === id) this.#answered(item, choice);
    }
    if (forAll && choice !== "replace") this.#answer = choice;
    this.#changed();
  }

  #answered(item: Item, choice: Choice): void {
    if (choice === "skip") {
      this.#skipped++;
      return this.#forget(item);
    }
    // A folder is never replaced, nor what the user was not shown.
    const { taken } = item;
    const replaced = choice === "replace" && taken?.type === "file"
      ? { replace: taken }
      : undefined;
    const existing: Existing = replaced ?? "rename";
    this.#set({ ...item, existing, taken: undefined, state: "waiting" });
  }

  #change(id: string, change: ItemChange): void {
    this.#report(id, change);
    this.#startNext();
  }

  /** Takes a change over that lets no other file begin. */
  #report(id: string, change: ItemChange): void {
    const item = this.items.get(id);
    if (item === undefined) return;
    this.#set({ ...item, ...change });
    for (const watcher of this.#watchers) watcher();
  }

  #set(item: Item): void {
    const before = this.items.get(item.id);
    this.items.set(item);
    const kept = before?.url === item.url && before?.existing === item.existing;
    if (!kept) this.#parts.memory.change(item);
  }

  #changed(): void {
    this.#startNext();
    for (const watcher of this.#watchers) watcher();
  }

  #startNext(): void {
    let large = [...this.#running.values()].filter(({ isLarge }) => isLarge).length;
    for (const item of this.items.in("waiting")) {
      if (this.#running.size >= MAX_SENDING) return;
      const isLarge = item.bytes > MAX_SMALL_BYTES;
      if (this.#running.has(item.id) || (isLarge && large >= MAX_SENDING_LARGE)) continue;
      if (isLarge) large++;
      const end = new AbortController();
      this.#running.set(item.id, { end, ended: this.#run(item, end.signal), isLarge });
    }
  }

  async #run(item: Item, signal: AbortSignal): Promise<void> {
    const { id } = item;
    // So that it is among those that run before it changes.
    await undefined;
    let change: ItemChange;
    try {
      const report = (change: ItemChange) => {
        if (!signal.aborted) this.#report(id, change);
      };
      await this.#parts.send(item, this.#files.get(id)!, report, signal);
      change = { state: "done", sent: item.bytes };
    } catch (error) {
      change = error instanceof TakenError
        ? { state: "asking", taken: error.taken }
        : { state: "failed", error };
    }
    this.#running.delete(id);
    if (!signal.aborted) this.#ended(id, change);
    else this.#changed();
  }

  #ended(id: string, change: ItemChange): void {
    this.#change(id, change);
    const item = this.items.get(id);
    if (item?.state === "done") {
      this.#files.delete(id);
      this.#parts.memory.remove(id);
      this.#parts.onDone?.(item);
    }
    if (item?.state === "asking" && this.#answer !== undefined) {
      this.#answered(item, this.#answer);
    }
    const left = this.items.count("waiting", "checking", "sending", "offline", "asking");
    if (left === 0) this.#answer = undefined;
    this.#changed();
  }
}
