/**
 * The shell's history, kept between runs.
 *
 * @module
 */

import { dirname } from "node:path";
import { writeAtomically } from "../../base/atomic_write.ts";
import { MAX_RECALLED } from "./line_editor.ts";

// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;

/** The lines of earlier runs, which can be added to. Errors are ignored: only history is lost. */
export class HistoryFile {
  readonly #path: string | undefined;
  /** Oldest first. */
  readonly lines: readonly string[];

  private constructor(path: string | undefined, lines: readonly string[]) {
    this.#path = path;
    this.lines = lines;
  }

  /**
   * Reads the history, and shortens a file that has grown long.
   *
   * @param dir The folder of the file; without one, nothing is kept.
   */
  static open(dir: string | undefined): HistoryFile {
    if (dir === undefined) return new HistoryFile(undefined, []);
    const path = `${dir}/history`;
    try {
      const all = Deno.readTextFileSync(path).split("\n")
        .map((line) => line.replace(CONTROLS, "")).filter((line) => line !== "");
      const lines = all.slice(-MAX_RECALLED);
      if (all.length > 2 * MAX_RECALLED) {
        writeAtomically(path, asText(lines), { replace: true, mode: 0o600 });
      }
      return new HistoryFile(path, lines);
    } catch {
      // This is the first run, or the folder cannot be read.
      return new HistoryFile(path, []);
    }
  }

  /** Adds a line. */
  add(line: string): void {
    if (this.#path === undefined) return;
    try {
      // Only the user may read what was typed.
      Deno.mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      Deno.writeTextFileSync(this.#path, asText([line]), { append: true, mode: 0o600 });
    } catch {
      // The line is lost; the shell continues.
    }
  }
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
