/**
 * Lines of the shell, kept between runs.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { MAX_RECALLED } from "./line_editor.ts";

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;

/** The lines of earlier runs and a way to add to them. What fails costs only the memory. */
export class HistoryFile {
  readonly #path: string | undefined;
  /** Oldest first. */
  readonly lines: readonly string[];

  private constructor(path: string | undefined, lines: readonly string[]) {
    this.#path = path;
    this.lines = lines;
  }

  /**
   * Reads it, and shortens it where it has grown long.
   *
   * @param dir Its folder; without one nothing is kept.
   */
  static open(dir: string | undefined): HistoryFile {
    if (dir === undefined) return new HistoryFile(undefined, []);
    const path = `${dir}/history`;
    try {
      const all = Deno.readTextFileSync(path).split("\n")
        .map((line) => line.replace(CONTROLS, "")).filter((line) => line !== "");
      const lines = all.slice(-MAX_RECALLED);
      if (all.length > 2 * MAX_RECALLED) write(path, lines, false);
      return new HistoryFile(path, lines);
    } catch {
      // A first run, or a folder that cannot be read.
      return new HistoryFile(path, []);
    }
  }

  /** Adds a line. */
  add(line: string): void {
    if (this.#path === undefined) return;
    try {
      write(this.#path, [line], true);
    } catch {
      // Then it is forgotten.
    }
  }
}

/** What was typed is nobody else's business. */
function write(path: string, lines: readonly string[], append: boolean): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(path, lines.map((line) => `${line}\n`).join(""), { append, mode: 0o600 });
}
