/**
 * Who uploaded what, told in the chat: several files of one user in a row are one notice.
 *
 * @module
 */

import { ANNOUNCE_DELAY_MS } from "../base/limits.ts";
import { escapeControls } from "../base/text.ts";

/** Tells those who may know of `path`. */
export type Tell = (text: string, path: string) => void;

interface Waiting {
  readonly path: string;
  readonly timer: ReturnType<typeof setTimeout>;
  more: number;
}

/** Announces uploads. Disposing it drops what was not told yet. */
export class Announcer implements Disposable {
  readonly #tell: Tell;
  readonly #waiting = new Map<string, Waiting>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Somebody uploaded a file. */
  uploaded(who: string, path: string): void {
    const waiting = this.#waiting.get(who);
    if (waiting !== undefined) waiting.more++;
    else {
      const timer = setTimeout(() => this.#announce(who), ANNOUNCE_DELAY_MS);
      this.#waiting.set(who, { path, more: 0, timer });
    }
  }

  #announce(who: string): void {
    const { path, more } = this.#waiting.get(who)!;
    this.#waiting.delete(who);
    const others = more === 0 ? "" : more === 1 ? " and 1 more file" : ` and ${more} more files`;
    this.#tell(`${who} uploaded ${escapeControls(path)}${others}`, path);
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
