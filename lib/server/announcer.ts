/**
 * Announces uploads in the chat; several files that a user uploads in a row are one notice.
 *
 * @module
 */

import { ANNOUNCE_DELAY_MS } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { escapeControls } from "../base/text.ts";

/** Sends a notice to the users who may know that `path` exists. */
export type SendNotice = (text: string, path: string) => void;

/** Announces uploads. Disposing it drops the announcements that are not sent yet. */
export class Announcer implements Disposable {
  readonly #send: SendNotice;
  /** By user: the first file, and how many followed it. */
  readonly #pending = new Map<string, { readonly path: string; more: number }>();
  readonly #disposed = new AbortController();

  constructor(send: SendNotice) {
    this.#send = send;
  }

  /** Announces a file, together with those that follow within {@linkcode ANNOUNCE_DELAY_MS}. */
  uploaded(user: string, path: string): void {
    const pending = this.#pending.get(user);
    if (pending !== undefined) {
      pending.more++;
      return;
    }
    this.#pending.set(user, { path, more: 0 });
    delay(ANNOUNCE_DELAY_MS, this.#disposed.signal).then(() => this.#announce(user), () => {});
  }

  #announce(user: string): void {
    const { path, more } = this.#pending.get(user)!;
    this.#pending.delete(user);
    const others = more === 0 ? "" : more === 1 ? " and 1 more file" : ` and ${more} more files`;
    this.#send(`${user} uploaded ${escapeControls(path)}${others}`, path);
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }
}
