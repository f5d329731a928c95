/**
 * The other pages of this site in the same browser. A browser makes six connections to a site, and
 * each page keeps one of them for as long as it is open: without a rule, the seventh page would wait
 * forever. Pages that nobody sees give way.
 *
 * @module
 */

/** Pages that may connect after a page was last seen, until it gives way. */
const MAX_OTHERS = 3;

/** The other pages, as one page knows them. */
export class OtherPages {
  readonly #post: (id: string) => void;
  readonly #id = Math.random().toString(36).slice(2);
  readonly #heard = new Set<string>();

  /** @param post Sends a text to all other pages. */
  constructor(post: (id: string) => void) {
    this.#post = post;
  }

  /** Whether so many others have connected that this page should give way if nobody sees it. */
  get areMany(): boolean {
    return this.#heard.size >= MAX_OTHERS;
  }

  /** Another page has posted its text. */
  hear(id: string): void {
    this.#heard.add(id);
  }

  /** This page connects. */
  connects(): void {
    this.#post(this.#id);
  }

  /** People see this page. */
  isSeen(): void {
    this.#heard.clear();
  }
}
