/**
 * Commands of the page: each changes the state, asks the server, or both.
 *
 * @module
 */

import { type Api, ApiError } from "./api.ts";
import type { Entry } from "./entry.ts";
import type { FirstView } from "./first_view.ts";
import {
  ancestor,
  entryUrl,
  folderUrl,
  type Order,
  pathOf,
  type Place,
  placeUrl,
} from "./place.ts";
import { Removal } from "./removal.ts";
import { type Change, changed, type State, stateAt } from "./state.ts";
import { reasonOf, text } from "./text.ts";
import { Restoration } from "./versions/restoration.ts";
import { versionWords } from "./versions/version_words.ts";

/** The address bar. */
export interface Address {
  /** Adds a URL to the history. */
  push(url: string): void;
  /** Replaces the URL in the history. */
  replace(url: string): void;
  /** Goes back in the history. */
  back(): void;
}

/** A browser of folders. */
export class Browser {
  readonly #address: Address;
  readonly #watchers = new Set<(state: State) => void>();
  #state: State;
  #loading = new AbortController();
  readonly #ownUntilMs = new Map<string, number>();
  /** Whether the page was at the folder before it showed a file in it. */
  #cameFromFolder = false;

  constructor(readonly api: Api, place: Place, address: Address) {
    this.#address = address;
    this.#state = stateAt(place);
  }

  /** The state now. */
  get state(): State {
    return this.#state;
  }

  /** Calls a function after each change. @returns Ends this. */
  watch(watcher: (state: State) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Applies a change. */
  change(change: Change): void {
    this.#state = changed(this.#state, change);
    for (const watcher of this.#watchers) watcher(this.#state);
  }

  /** Goes to a place, which the history then knows. */
  async open(place: Place): Promise<void> {
    this.#cameFromFolder = place.shown !== undefined;
    this.#address.push(placeUrl(place));
    await this.show(place);
  }

  /** Shows another file in place of the one that is shown. */
  showInstead(name: string): void {
    const place = { ...this.#state.place, shown: name };
    this.#address.replace(placeUrl(place));
    this.change({ do: "go", place });
  }

  /** Shows the folder again. */
  closeShown(): void {
    if (this.#cameFromFolder) return this.#address.back();
    const place = { ...this.#state.place, shown: undefined };
    this.#address.replace(placeUrl(place));
    this.change({ do: "go", place });
  }

  /** Shows a place that the history knows. */
  async show(place: Place): Promise<void> {
    const same = folderUrl(place) === folderUrl(this.#state.place);
    this.change({ do: "go", place });
    if (!same) await this.load();
  }

  /** Opens the folder above. */
  async openParent(): Promise<void> {
    const { place } = this.#state;
    if (place.names.length > 0) await this.open(ancestor(place, place.names.length - 1));
  }

  /** Shows the folder with which the page came. */
  begin({ entries, session }: FirstView): void {
    this.change({ do: "session", session });
    this.#loaded(entries);
  }

  /** Loads the folder, once more if it was loaded. */
  async load(): Promise<void> {
    this.#loading.abort();
    const { signal } = this.#loading = new AbortController();
    const { place } = this.#state;
    void this.#loadSession(place, signal);
    try {
      const entries = await this.api.list(place, signal);
      if (signal.aborted) return;
      this.#loaded(entries);
    } catch (error) {
      if (!signal.aborted) this.change({ do: "failed", error });
    }
  }

  #loaded(entries: readonly Entry[]): void {
    this.change({ do: "loaded", entries });
    this.say(text.openFolder(this.#state.place.names.at(-1) ?? text.root, entries.length));
  }

  /**
   * Notes that this page itself changes an entry, so that this is no news.
   *
   * @param untilMs In milliseconds of `performance.now()`.
   */
  changesItself(place: Place, name: string, untilMs: number): void {
    this.#ownUntilMs.set(entryUrl(place, { name, type: "file" }), untilMs);
  }

  /** Whether others changed an entry of the folder, as far as it is known. */
  isNews(name: string): boolean {
    const url = entryUrl(this.#state.place, { name, type: "file" });
    return (this.#ownUntilMs.get(url) ?? 0) < performance.now();
  }

  /** Loads what is new in the folder, without saying so. */
  async refresh(): Promise<void> {
    const { place, entries } = this.#state;
    if (entries === undefined) return;
    const { signal } = this.#loading;
    try {
      const now = await this.api.list(place, signal);
      if (!signal.aborted) this.change({ do: "loaded", entries: now });
    } catch {
      // The entries that are shown stay.
    }
  }

  async #loadSession(place: Place, signal: AbortSignal): Promise<void> {
    try {
      const session = await this.api.session(place);
      if (!signal.aborted) this.change({ do: "session", session });
    } catch {
      // Without it the page offers everything, and the server refuses.
    }
  }

  /** Orders the entries. */
  order(order: Order): void {
    this.change({ do: "order", order });
    this.#address.replace(placeUrl(this.#state.place));
  }

  /** Reports something to people, and to programs that read the page to them. */
  say(notice: string): void {
    this.change({ do: "say", notice });
  }

  /** Creates a folder. */
  async createFolder(name: string): Promise<void> {
    await this.#doing(name, async () => {
      await this.api.createFolder(this.#state.place, name);
      return text.created(name);
    });
  }

  /** Gives an entry another name. */
  async rename(entry: Entry, name: string): Promise<void> {
    const { place } = this.#state;
    await this.#doing(entry.name, async () => {
      await this.api.move(place, entry, place, name);
      return text.renamed(entry.name, name);
    });
  }

  /** Deletes entries, one by one; the first failure ends this. */
  async remove(entries: readonly Entry[]): Promise<void> {
    const removal = new Removal(this.api, this.#state.place, this.keepsRemoved);
    await this.#each(entries, text.removed, (entry) => removal.remove(entry));
    this.change({ do: "undo", undo: removal.canUndo ? removal : undefined });
  }

  /** Whether what is deleted here can come back. */
  get keepsRemoved(): boolean {
    const { place, session } = this.#state;
    return place.base === "/files/" && session?.keepsVersions === true;
  }

  /** Gives a file the content of a version; what it has now becomes one. */
  async restore(entry: Entry, rev: number): Promise<void> {
    const path = this.pathOf(entry);
    let undo: Restoration | undefined;
    await this.#doing(entry.name, async () => {
      undo = await Restoration.of(this.api, path, rev);
      return versionWords.restored(entry.name);
    });
    this.change({ do: "undo", undo });
  }

  /** Undoes what was done here last. */
  async undo(): Promise<void> {
    const { undo } = this.#state;
    if (undo === undefined) return;
    this.change({ do: "undo", undo: undefined });
    const { count } = undo;
    await this.#doing(text.undo, async () => {
      await undo.undo();
      return text.undone(count);
    });
    if (undo.canUndo) this.change({ do: "undo", undo });
  }

  /** Moves the entries that are on their way to this folder. */
  async moveHere(): Promise<void> {
    const { moving, place } = this.#state;
    if (moving === undefined) return;
    this.change({ do: "move", moving: undefined });
    const move = (entry: Entry) => this.api.move(moving.from, entry, place, entry.name);
    await this.#each(moving.entries, text.moved, move);
  }

  /** Logs in. @throws What is wrong, for the form. */
  async logIn(user: string, password: string): Promise<void> {
    try {
      await this.api.logIn(user, password);
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401;
      throw wrong ? new ApiError(401, "login", text.wrongLogin) : error;
    }
    this.change({ do: "ask", dialog: undefined });
    await this.load();
  }

  /** Logs out. */
  async logOut(): Promise<void> {
    await this.api.logOut();
    await this.load();
  }

  /** The path of an entry of this folder, as the server's commands write it. */
  pathOf(entry: Entry): string {
    return pathOf(this.#state.place, entry.name);
  }

  async #each(
    entries: readonly Entry[],
    done: (n: number) => string,
    act: (entry: Entry) => Promise<void>,
  ): Promise<void> {
    let at = "";
    await this.#doing(() => at, async () => {
      for (const entry of entries) {
        at = entry.name;
        await act(entry);
      }
      return done(entries.length);
    });
  }

  /** Does something to the folder, and reports it once the folder is loaded again. */
  async #doing(name: string | (() => string), act: () => Promise<string>): Promise<void> {
    this.change({ do: "ask", dialog: undefined });
    let notice: string;
    try {
      notice = await act();
    } catch (error) {
      notice = text.failed(typeof name === "string" ? name : name(), reasonOf(error));
    }
    await this.load();
    this.say(notice);
  }
}
