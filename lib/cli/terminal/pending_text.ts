/**
 * Text that is about to be printed: what is printed in one turn of the event loop is one write.
 *
 * @module
 */

const FLUSH_CHARS = 32 * 1024;

/** Collects text for one sink at a time, so that the order stays when another one follows. */
export class PendingText<S> {
  readonly #write: (sink: S, text: string) => void;
  #sink: S | undefined;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #awaited = false;

  /** @param write Prints text. */
  constructor(write: (sink: S, text: string) => void) {
    this.#write = write;
  }

  /** Adds text, which is printed in a moment; at once if there is much. */
  add(sink: S, text: string): void {
    if (sink !== this.#sink) this.flush();
    this.#sink = sink;
    this.#text += text;
    if (this.#text.length >= FLUSH_CHARS) this.flush();
    else this.#flushSoon();
  }

  /** The first timer of a program costs 10 ms, so it starts only if nobody flushes at once. */
  #flushSoon(): void {
    if (this.#awaited || this.#timer !== undefined) return;
    this.#awaited = true;
    queueMicrotask(() => {
      this.#awaited = false;
      if (this.#text !== "") this.#timer ??= setTimeout(() => this.flush(), 0);
    });
  }

  /** Prints what was added. */
  flush(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    if (text !== "") this.#write(this.#sink!, text);
  }
}
