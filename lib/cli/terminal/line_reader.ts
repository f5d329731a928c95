/**
 * Lines typed on a terminal while other things are printed above them.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError } from "../../base/errors.ts";
import { raceSignal } from "../../base/signals.ts";
import { completed, type Completion } from "./line_completion.ts";
import type { Input } from "./input.ts";
import { type Key, KeyDecoder } from "./keys.ts";
import { edit, type LineState, newLine, remember, renderLine } from "./line_editor.ts";
import type { Output } from "./output.ts";

/** How lines are read. */
export interface LineReaderOptions {
  /** What stands before the line. */
  readonly prompt: () => string;
  /** Lines of earlier runs, oldest first. */
  readonly history?: readonly string[];
  /** Told of each line that is entered. */
  readonly onLine?: (line: string) => void;
  /** What the text before the cursor may go on with. */
  readonly complete?: (text: string) => Promise<Completion>;
  /** What ^C on an empty line does. @default the reading ends with `interrupted` */
  readonly onInterrupt?: () => void;
  /** Whether an entered line stays on the screen. @default true */
  readonly echo?: boolean;
}

/** Lines that may wait to be taken, before no more keys are read. */
const MAX_WAITING = 100;

/** Reads lines; disposing it gives the terminal back. */
export class LineReader implements Disposable {
  readonly #input: Input;
  readonly #out: Output;
  readonly #options: LineReaderOptions;
  readonly #lines = new AsyncQueue<string>();
  readonly #closed = new AbortController();
  #state: LineState;
  #taken = Promise.withResolvers<void>();

  /** Takes the terminal. */
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
   * Lines as they are entered; ends at ^D.
   *
   * @throws `interrupted` at ^C, unless that does something else.
   */
  async *lines(signal: AbortSignal): AsyncGenerator<string> {
    while (true) {
      const { value, done } = await raceSignal(this.#lines.next(), signal);
      if (done) return;
      this.#taken.resolve();
      yield value;
    }
  }

  /** Draws prompt and line anew, as after a change of the prompt. */
  draw(): void {
    if (this.#closed.signal.aborted) return;
    this.#out.prompt(renderLine(this.#state, this.#options.prompt(), this.#out.columns));
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
    const { state, choices } = completed(this.#state, found);
    this.#state = state;
    if (choices.length > 0) this.#out.error(choices.join("  "));
  }

  [Symbol.dispose](): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new FtError("interrupted", "the terminal was given back"));
    this.#lines.close();
    this.#out.prompt(undefined);
    this.#input.setRaw(false);
  }
}
