/**
 * Announces uploads in the chat; several files that a user uploads in a row are one notice.
 *
 * @module
 */

import { ANNOUNCE_DELAY_MS, MAX_ANNOUNCED_FILES } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { escapeControls } from "../base/text.ts";
import type { NoticeText } from "../chat/hub_options.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { UserEvent } from "./user_event.ts";

/** Sends a notice, worded for each user. */
export type SendNotice = (textFor: NoticeText) => void;

/** Announces uploads. Disposing it drops the announcements that are not sent yet. */
export class Announcer implements Disposable {
  readonly #send: SendNotice;
  /** By user: the first files, and whether more followed. */
  readonly #pending = new Map<string, { readonly paths: StorePath[]; more: boolean }>();
  readonly #disposed = new AbortController();

  constructor(send: SendNotice) {
    this.#send = send;
  }

  /** Announces an upload, together with those that follow within {@linkcode ANNOUNCE_DELAY_MS}. */
  observe(event: UserEvent): void {
    if (event.op === "put" && event.result === "done") {
      this.uploaded(event.by.chatName, event.name);
    }
  }

  /** Announces a file as `observe` does. */
  uploaded(user: string, path: StorePath): void {
    const pending = this.#pending.get(user);
    if (pending === undefined) {
      this.#pending.set(user, { paths: [path], more: false });
      delay(ANNOUNCE_DELAY_MS, this.#disposed.signal).then(() => this.#announce(user), () => {});
    } else if (pending.paths.length < MAX_ANNOUNCED_FILES) pending.paths.push(path);
    else pending.more = true;
  }

  /** The notice for a user leaves out files that a listing would hide, also from their number. */
  #announce(user: string): void {
    const { paths, more } = this.#pending.get(user)!;
    this.#pending.delete(user);
    this.#send((mayKnow) => {
      const [first, ...others] = paths.filter((path) => mayKnow(path));
      if (first === undefined) return undefined;
      return `${user} uploaded ${escapeControls(first)}${andOthers(others.length, more)}`;
    });
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
  }
}

function andOthers(count: number, more: boolean): string {
  if (more) return ` and at least ${count} more files`;
  if (count === 0) return "";
  return count === 1 ? " and 1 more file" : ` and ${count} more files`;
}
