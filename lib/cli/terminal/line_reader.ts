/**
 * Reads lines from a terminal while output is printed above the one being typed.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError } from "../../base/errors.ts";
import { raceSignal } from "../../base/signals.ts";
import { completeWord, type Completion } from "./line_completion.ts";
import type { Input } from "./input.ts";
import { type HistorySearch, searchKey, startSearch, takeFound } from "./history_search.ts";
import { type Key, KeyDecoder } from "./keys.ts";
import { edit, type LineState, newLine, remember, renderLine } from "./line_editor.ts";
import type { Output } from "./output.ts";

/** How lines are read. */
export interface LineReaderOptions {
  /** The text before the line. */
  readonly prompt: () => string;
  /** Lines of earlier runs, oldest first. */
  readonly history?: readonly string[];
  /** Called with each entered line. */
  readonly onLine?: (line: string) => void;
  /** Finds completions for the text before the cursor. */
  readonly complete?: (text: string) => Promise<Completion>;
  /** Handles ^C on an empty line. @default {@linkcode LineReader.lines} throws `interrupted` */
  readonly onInterrupt?: () => void;
  /** Whether an entered line stays on the screen. @default true */
  readonly echo?: boolean;
}

/** Lines in the queue after which no more keys are read. */
const MAX_WAITING = 100;

/** Reads lines; disposing it restores the terminal. */
export class LineReader implements Disposable {
  readonly #input: Input;
  readonly #out: Output;
  readonly #options: LineReaderOptions;
  readonly #lines = new AsyncQueue<string>();
  readonly #closed = new AbortController();
  #state: LineState;
  #search: HistorySearch | undefined;
  #taken = Promise.withResolvers<void>();

  /** Puts the terminal into raw mode and starts to read keys. */
  constructor(input: Input, out: Output, options: LineReaderOptions) {
    this.#input = input;
    this.#out = out;
    this.#options = options;
    this.#state = newLine(options.history);
    input.setRaw(true);
    this.draw();
    void this.#run();
  }

  /**
   * The entered lines, until ^D.
   *
   * @throws `interrupted` at ^C on an empty line, unless `onInterrupt` handles it.
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    while (true) {
      const { value, done } = await raceSignal(this.#lines.next(), signal);
      if (done) return;
      this.#taken.resolve();
      yield value;
    }
  }

  /** Redraws prompt and line, for example after the prompt has changed. */
  draw(): void {
    if (this.#closed.signal.aborted) return;
    const search = this.#search;
    const prompt = search === undefined ? this.#options.prompt() : `search "${search.query}": `;
    const shown = search === undefined ? this.#state : takeFound(search, this.#state);
    this.#out.prompt(renderLine(shown, prompt, this.#out.columns));
  }

  async #run(): Promise<void> {
    const decoder = new KeyDecoder();
    try {
      while (!this.#closed.signal.aborted) {
        const bytes = await raceSignal(this.#input.read(), this.#closed.signal);
        if (bytes === null) return this.#lines.close();
        for (const key of decoder.decode(bytes)) await this.#press(key);
        this.draw();
      }
    } catch (error) {
      this.#lines.fail(error);
    }
  }

  async #press(key: Key): Promise<void> {
    if (this.#search !== undefined) {
      const { search, line, passOn = false } = searchKey(this.#search, key, this.#state);
      [this.#search, this.#state] = [search, line];
      if (!passOn) return;
    }
    const { state, outcome } = edit(this.#state, key);
    this.#state = state;
    switch (outcome) {
      case "entered":
        return await this.#enter();
      case "complete":
        return await this.#complete();
      case "interrupt":
        return this.#interrupt();
      case "eof":
        return this.#lines.close();
      case "clear":
        return this.#out.clearScreen();
      case "search":
        this.#search = startSearch(this.#state);
    }
  }

  async #enter(): Promise<void> {
    const { text, history } = this.#state;
    this.#state = newLine(remember(history, text));
    if (this.#options.echo ?? true) this.#out.error(`${this.#options.prompt()}${text}`);
    if (text.trim() !== "") this.#options.onLine?.(text);
    this.#taken = Promise.withResolvers();
    this.#lines.push(text);
    if (this.#lines.size > MAX_WAITING) await raceSignal(this.#taken.promise, this.#closed.signal);
  }

  #interrupt(): void {
    const { text, history } = this.#state;
    if (text !== "") {
      this.#out.error(`${this.#options.prompt()}${text}^C`);
      this.#state = newLine(history);
    } else if (this.#options.onInterrupt !== undefined) this.#options.onInterrupt();
    else this.#lines.fail(new FtError("interrupted", "interrupted"));
  }

  async #complete(): Promise<void> {
    const { text, cursor } = this.#state;
    const found = await this.#options.complete?.(text.slice(0, cursor)).catch(() => undefined);
    if (found === undefined) return;
    const { state, choices } = completeWord(this.#state, found);
    this.#state = state;
    if (choices.length > 0) this.#out.error(choices.join("  "));
  }

  [Symbol.dispose](): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new FtError("interrupted", "the terminal was restored"));
    this.#lines.close();
    this.#out.prompt(undefined);
    this.#input.setRaw(false);
  }
}
