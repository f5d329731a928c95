/**
 * Types into terminals as a person would, and records what they show.
 *
 * @module
 */

import type { Terminal } from "../../testing/terminal.ts";
import type { Frame } from "./svg.ts";

/** Milliseconds between two captures of the screens. */
const POLL_MS = 150;
/** Longest time without a change that a recording keeps, in seconds. */
const LONGEST_PAUSE = 1.6;
const SHOW_TIMEOUT_MS = 60_000;

/** Records several terminals on one time line. */
export class Recorder {
  /** The frames of each terminal. */
  readonly frames: Frame[][];
  readonly #terminals: readonly Terminal[];
  /** Seconds of the recording until the last change of any terminal. */
  #at = 0;
  #changed = performance.now();

  constructor(terminals: readonly Terminal[]) {
    this.#terminals = terminals;
    this.frames = terminals.map(() => []);
  }

  /** Types a line word by word, and presses Enter. */
  async type(terminal: number, line: string): Promise<void> {
    for (const word of line.match(/\S+\s*/g) ?? []) {
      await this.#terminals[terminal]!.type(word);
      await this.#captureAfter(110);
    }
    await this.#captureAfter(500);
    await this.press(terminal, "Enter");
  }

  /** Presses a key by its name in tmux. */
  async press(terminal: number, key: string): Promise<void> {
    await this.#terminals[terminal]!.press(key);
  }

  /**
   * Records until a terminal shows a text.
   *
   * @throws {Error} With the screen, when the text is not there after a minute.
   */
  async until(terminal: number, wanted: RegExp): Promise<void> {
    const deadline = performance.now() + SHOW_TIMEOUT_MS;
    while (!wanted.test(await this.#terminals[terminal]!.screen())) {
      if (performance.now() > deadline) {
        throw new Error(
          `no ${wanted} on the screen:\n${await this.#terminals[terminal]!.screen()}`,
        );
      }
      await this.#captureAfter(POLL_MS);
    }
    await this.#captureAfter(POLL_MS);
  }

  async #captureAfter(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    const screens = await Promise.all(this.#terminals.map((terminal) => terminal.styledRows()));
    const now = performance.now();
    const at = this.#at + Math.min(LONGEST_PAUSE, (now - this.#changed) / 1000);
    for (const [i, rows] of screens.entries()) {
      const lines = rows.map((row) => row.trimEnd());
      if (this.frames[i]!.at(-1)?.lines.join("\n") === lines.join("\n")) continue;
      this.frames[i]!.push({ at: this.frames[i]!.length === 0 ? 0 : at, lines });
      [this.#at, this.#changed] = [at, now];
    }
  }
}
