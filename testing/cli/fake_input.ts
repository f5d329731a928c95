/**
 * A standard input for programs under test.
 *
 * @module
 */

import { AsyncQueue } from "../../lib/base/async_queue.ts";
import type { Input } from "../../lib/cli/terminal/input.ts";

/** Input that tests write; it records the changes of the raw mode. */
export class FakeInput implements Input {
  readonly raw: boolean[] = [];
  readonly #pieces = new AsyncQueue<string | Uint8Array>();

  /** @param terminal Whether a user types. */
  constructor(readonly terminal: boolean) {}

  /** Pieces that were not read yet. */
  get unread(): number {
    return this.#pieces.size;
  }

  /** Makes a piece available to read. */
  type(piece: string | Uint8Array): void {
    this.#pieces.push(piece);
  }

  /** Makes reading fail, after the pieces before. */
  fail(error: Error): void {
    this.#pieces.fail(error);
  }

  /** Ends the input, after the pieces before. */
  end(): void {
    this.#pieces.close();
  }

  async read(): Promise<Uint8Array | null> {
    const { value, done } = await this.#pieces.next();
    if (done) return null;
    return typeof value === "string" ? new TextEncoder().encode(value) : value;
  }

  setRaw(on: boolean): void {
    this.raw.push(on);
  }
}

/** Input from a pipe that has these pieces and ends. */
export function pipedInput(...pieces: (string | Uint8Array)[]): FakeInput {
  const input = new FakeInput(false);
  for (const piece of pieces) input.type(piece);
  input.end();
  return input;
}
