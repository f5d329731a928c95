/**
 * Commands about uploads: from what the user drops or chooses to a queue.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import type { Browser } from "../browser.ts";
import { child, folderUrl, pathOf, type Place } from "../place.ts";
import { reasonOf, text } from "../text.ts";
import { findTaken } from "./conflicts.ts";
import type { Choosing, Chosen, Item } from "./item.ts";
import type { UploadQueue } from "./queue.ts";
import { words } from "./words.ts";

/** Milliseconds between two looks at the open folder while files arrive in it. */
const REFRESH_MS = 1500;

/** Milliseconds in which the last changes of an upload are heard of. */
const SETTLED_MS = 10_000;

/** The uploads of a page. */
export class Uploads {
  #refreshing: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(readonly browser: Browser, readonly queue: UploadQueue) {
    let user = browser.state.session?.user;
    browser.watch(({ session }) => {
      if (session?.user === user) return;
      user = session?.user;
      this.#continueAs(user);
    });
    queue.watch(() => this.#report());
  }

  /** Uploads what the user chose into the open folder. */
  async add(chosen: Choosing | Promise<Choosing>): Promise<void> {
    const { place, session } = this.browser.state;
    if (session?.canWrite === false) return this.browser.say(words.notHere);
    this.browser.say(words.reading);
    const { files, emptyFolders, unreadable = [] } = await chosen;
    const paths = files.map(({ path }) => path);
    this.#expect(place, paths, Infinity);
    this.#expect(place, emptyFolders, performance.now() + SETTLED_MS);
    await this.#createFolders(place, emptyFolders);
    const list = (place: Place) => this.browser.api.list(place);
    const taken = await findTaken(list, place, paths);
    const { base } = place;
    this.queue.add(files.map(({ file, path }) => ({
      ...{ base, path: pathOf(place, path), user: session?.user, file },
      taken: taken.get(path),
    })));
    if (files.length > 0) this.browser.say(words.begun(files.length));
    if (unreadable.length > 0) this.browser.say(words.unreadable(unreadable.length));
    if (emptyFolders.length > 0) this.refresh();
  }

  /** Entries that appear in the open folder under these paths are not the work of others. */
  #expect(place: Place, paths: readonly string[], untilMs: number): void {
    const names = new Set(paths.map((path) => path.split("/", 1)[0]!));
    for (const name of names) this.browser.changesItself(place, name, untilMs);
  }

  /** Continues uploads whose files the browser did not have any more. */
  giveBack(files: readonly Chosen[]): void {
    const unknown = files.filter(({ file }) => !this.queue.giveBack(file));
    if (unknown.length > 0) this.browser.say(words.otherFile(unknown[0]!.file.name));
  }

  /** Creates folders that have no files; those above them first. */
  async #createFolders(place: Place, paths: readonly string[]): Promise<void> {
    const made = new Set<string>();
    for (const path of paths) {
      let at = place;
      for (const name of path.split("/")) {
        const url = folderUrl(child(at, name));
        try {
          if (!made.has(url)) await this.browser.api.createFolder(at, name);
        } catch (error) {
          const exists = error instanceof ApiError && error.status === 405;
          if (!exists) return this.browser.say(text.failed(path, reasonOf(error)));
        }
        made.add(url);
        at = child(at, name);
      }
    }
  }

  /** Shows a file that has arrived, if the folder is open into which it came. */
  arrived({ base, path }: Item): void {
    const { place } = this.browser.state;
    const folder = pathOf(place);
    const isHere = base === place.base && (folder === "." || path.startsWith(`${folder}/`));
    if (!isHere) return;
    const below = folder === "." ? path : path.slice(folder.length + 1);
    this.#expect(place, [below], performance.now() + SETTLED_MS);
    this.refresh();
  }

  /** Loads the open folder again soon, however many files arrive. */
  refresh(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      void this.browser.refresh();
    }, REFRESH_MS);
  }

  /** Continues the uploads of a user who is back. */
  #continueAs(user: string | undefined): void {
    for (const item of [...this.queue.items.in("failed")]) {
      const { code } = item.error as { readonly code?: string };
      if (code === "other_user" && item.user === user) this.queue.resume(item.id);
    }
  }

  /** Says when all is done. */
  #report(): void {
    const { items } = this.queue;
    const busy = items.count("waiting", "checking", "sending", "offline") > 0;
    const ended = this.#busy && !busy;
    this.#busy = busy;
    if (!ended) return;
    const [done, failed] = [items.count("done"), items.count("failed")];
    if (done + failed > 0) this.browser.say(words.ended(done, failed));
  }
}
