/**
 * Keeps the page up to date: one connection brings the chat and the changes of the open folder.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import type { Browser } from "../browser.ts";
import type { Chat, ChatSnapshot } from "../chat/chat.ts";
import { folderUrl, pathOf } from "../place.ts";
import type { State } from "../state.ts";
import type { Stored } from "../stored.ts";
import type { ServerEvent } from "./event_parser.ts";
import { Feed, type FeedState } from "./feed.ts";
import { OtherPages } from "./other_pages.ts";
import { Refresh } from "./refresh.ts";

/** Messages that a new visitor gets. */
const HISTORY = 100;

/** The part that outlives a reload: for 10 s the server keeps the place in the chat. */
export interface LiveSnapshot extends ChatSnapshot {
  readonly last: string;
  readonly user: string;
}

/** The connection, and what it is for. */
export class Live {
  readonly #browser: Browser;
  readonly #chat: Chat;
  readonly #feed: Feed;
  readonly #refresh: Refresh;
  readonly #reload: Stored<LiveSnapshot>;
  readonly #pages: OtherPages;
  readonly #isVisible: () => boolean;
  #user: string | undefined;
  /** The URL of the folder that the connection is for. */
  #watched: string | undefined;
  #isWatching = false;
  #hasLeft = false;
  #hasGivenWay = false;

  /**
   * @param post Sends a text to the other pages of this browser.
   * @param isVisible Whether people see the page.
   */
  constructor(
    browser: Browser,
    chat: Chat,
    reload: Stored<LiveSnapshot>,
    post: (id: string) => void,
    isVisible: () => boolean,
  ) {
    this.#pages = new OtherPages(post);
    this.#isVisible = isVisible;
    this.#browser = browser;
    this.#chat = chat;
    this.#reload = reload;
    this.#refresh = new Refresh(browser, isVisible);
    this.#feed = new Feed({
      send: (url, init) => browser.api.send(url, init),
      onEvent: (event) => this.#receive(event),
      onState: (state) => this.#connection(state),
      beforeAgain: () => this.#lookForUser(),
    });
  }

  /** Follows the browser to its folder. */
  start(): void {
    this.#browser.watch((state) => this.#follow(state));
    this.#chat.watch(({ hasLeft }) => this.#seat(hasLeft));
    this.#follow(this.#browser.state);
  }

  /** People see the page, or do not see it any longer. */
  isSeen(isVisible: boolean): void {
    this.#chat.isSeen(isVisible);
    if (!isVisible) return;
    this.#pages.isSeen();
    if (this.#hasGivenWay) this.#open();
    else this.#feed.wake();
    void this.#refresh.run();
  }

  /** Another page of this browser connects. If there are many, this one waits until it is seen. */
  hear(id: string): void {
    this.#pages.hear(id);
    if (this.#isVisible() || !this.#pages.areMany) return;
    this.#hasGivenWay = true;
    this.#feed.close();
  }

  /** Connects at once, if the connection is lost. */
  wake(): void {
    this.#feed.wake();
  }

  /** Takes a place in the chat again. */
  joinAgain(): void {
    this.#feed.last = this.#chat.resumesAfter;
    this.#open();
  }

  /** Remembers what a reload needs. */
  leavePage(): void {
    if (this.#user === undefined || this.#feed.last === "") return;
    const { last } = this.#feed;
    this.#reload.write({ ...this.#chat.snapshot(), last, user: this.#user });
  }

  /** The page is shown again as it was: nothing needs to be remembered. */
  returnToPage(): void {
    this.#reload.take();
    this.#feed.wake();
  }

  #follow({ session, place }: State): void {
    if (session === undefined || place.base !== "/files/") return;
    const folder = folderUrl(place);
    if (session.user === this.#user && folder === this.#watched) return;
    if (session.user !== this.#user) this.#begin(session.user);
    this.#watched = folder;
    this.#open();
  }

  /** The user leaves the chat, or comes back. */
  #seat(hasLeft: boolean): void {
    if (hasLeft === this.#hasLeft || this.#user === undefined) return;
    this.#hasLeft = hasLeft;
    this.joinAgain();
  }

  /** Begins as a user: with what a reload has left, or anew. */
  #begin(user: string): void {
    const before = this.#reload.take();
    const isReload = this.#user === undefined && before.user === user && before.last !== undefined;
    this.#user = user;
    this.#feed.last = isReload ? before.last! : "";
    this.#hasLeft = this.#chat.state.hasLeft;
    this.#chat.begin(user, isReload ? before : {});
  }

  #open(isWatching = true): void {
    this.#isWatching = isWatching;
    this.#hasGivenWay = false;
    this.#pages.connects();
    this.#feed.open({
      folder: isWatching ? pathOf(this.#browser.state.place) : undefined,
      name: this.#chat.wantedName,
      history: HISTORY,
      chat: !this.#hasLeft,
    });
  }

  #connection(state: FeedState): void {
    // A folder that is gone, or closed to this user, does not close the chat.
    if (state.kind === "refused" && this.#isWatching) return this.#open(false);
    this.#chat.connection(state);
    // Changes between the listing and the beginning of the events are not known.
    if (state.kind === "open") this.#listAgain();
  }

  #listAgain(): void {
    const { error } = this.#browser.state;
    if (error === undefined) return this.#refresh.due();
    if (error instanceof ApiError && error.code === "network") void this.#browser.load();
  }

  #receive(event: ServerEvent): void {
    if (event.name === "files") return this.#refresh.due();
    if (event.name === "hello" || event.name === "reset") this.#refresh.due();
    this.#chat.receive(event);
  }

  /** Looks whether the login has ended meanwhile. */
  async #lookForUser(): Promise<void> {
    const { api, state } = this.#browser;
    const session = await api.session(state.place);
    if (session.user !== this.#user) await this.#browser.load();
  }
}
