/**
 * Lists the open folder again after others have changed it: at once, but however much they change,
 * never more often than the server and the browser can follow.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import type { Browser } from "../browser.ts";
import { folderUrl } from "../place.ts";
import { text } from "../text.ts";
import { type Differences, differences } from "./differences.ts";

/** The least time between two listings, in milliseconds. */
const PAUSE_MS = 300;
/** Listing takes at most one part of this many of the time. */
const SHARE = 4;
/** Milliseconds for which what has changed is marked. */
const MARK_MS = 4000;

/** Follows the changes of the open folder. */
export class Refresh {
  readonly #browser: Browser;
  readonly #isVisible: () => boolean;
  #isDue = false;
  #isRunning = false;
  #unmark: ReturnType<typeof setTimeout> | undefined;

  /** @param isVisible Whether people see the page; otherwise it is listed when they do. */
  constructor(browser: Browser, isVisible: () => boolean) {
    this.#browser = browser;
    this.#isVisible = isVisible;
  }

  /** The folder may have changed. */
  due(): void {
    this.#isDue = true;
    void this.run();
  }

  /** Lists the folder if it may have changed. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#isDue && this.#isVisible()) {
      this.#isDue = false;
      const beganMs = performance.now();
      await this.#list();
      const tookMs = performance.now() - beganMs;
      await new Promise((over) => setTimeout(over, Math.max(PAUSE_MS, tookMs * (SHARE - 1))));
    }
    this.#isRunning = false;
  }

  async #list(): Promise<void> {
    const browser = this.#browser;
    const { place, entries: before } = browser.state;
    if (before === undefined) return;
    try {
      const entries = await browser.api.list(place);
      const { state } = browser;
      if (folderUrl(state.place) !== folderUrl(place)) return;
      // It was loaded meanwhile, and which of the two is newer is not known.
      if (state.entries !== before) return this.due();
      this.#show(differences(before, entries), () => browser.change({ do: "loaded", entries }));
    } catch (error) {
      // A folder that is gone is shown as such. Without the server, the list stays as it was.
      if (error instanceof ApiError && error.code !== "network") await browser.load();
    }
  }

  #show(found: Differences, load: () => void): void {
    const { added, altered, removed } = found;
    load();
    if (added.length + altered.length + removed.length === 0) return;
    this.#browser.change({ do: "mark", marked: new Set([...added, ...altered]) });
    const isNews = (name: string) => this.#browser.isNews(name);
    const news = { added: added.filter(isNews), altered: altered.filter(isNews), removed };
    if (news.added.length + news.altered.length + removed.length > 0) {
      this.#browser.say(noticeOf(news));
    }
    clearTimeout(this.#unmark);
    this.#unmark = setTimeout(() => {
      this.#browser.change({ do: "mark", marked: new Set() });
    }, MARK_MS);
  }
}

function noticeOf({ added, altered, removed }: Differences): string {
  if (added.length + altered.length + removed.length > 1) {
    return text.chat.severalChanged(added.length, altered.length, removed.length);
  }
  if (added.length === 1) return text.chat.appeared(added[0]!);
  return altered.length === 1 ? text.chat.altered(altered[0]!) : text.chat.vanished(removed[0]!);
}
