/**
 * Runs a program in a terminal of its own, through tmux: sends keys and reads the screen. Two
 * panes are two terminals.
 *
 * @module
 */

import { join } from "node:path";
import { REPOSITORY } from "./repository.ts";
import { type TempDir, tempDir } from "./temp_dir.ts";
import { needsProgram, type Skip } from "./skip.ts";

/** Milliseconds until a screen must show the expected text. */
const SHOW_TIMEOUT_MS = 20_000;
/** Milliseconds between two captures; tmux reports no event when a screen changes. */
const POLL_MS = 20;

/** Requires tmux. */
export const NEEDS_TMUX: Skip = await needsProgram("tmux", "-V");

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** Options of {@linkcode Terminal.open}. */
export interface TerminalOptions {
  /** The command's working folder. */
  readonly cwd: string;
  /** @default {80} */
  readonly columns?: number;
  /** @default {20} */
  readonly rows?: number;
}

/** A terminal. Disposing it ends the programs that run in it. */
export class Terminal implements AsyncDisposable {
  /** Holds tmux's socket, which tmux leaves behind. */
  readonly #dir: TempDir;

  private constructor(dir: TempDir) {
    this.#dir = dir;
  }

  /** Opens a terminal that runs a command, and closes when the command ends. */
  static async open(
    command: readonly string[],
    { cwd, columns = 80, rows = 20 }: TerminalOptions,
  ): Promise<Terminal> {
    const terminal = new Terminal(await tempDir());
    const size = ["-x", String(columns), "-y", String(rows)];
    await terminal.#tmux("new-session", "-d", ...size, "-c", cwd, ...command);
    return terminal;
  }

  /**
   * Starts one of our programs. When it ends, the screen shows its exit code and whether the
   * terminal is in its normal mode.
   *
   * @param dir The working folder, and the folder of the program's state and configuration.
   */
  static start(
    program: "client.ts" | "server.ts",
    args: readonly string[],
    dir: string,
  ): Promise<Terminal> {
    const words = [Deno.execPath(), "run", "-A", join(REPOSITORY, program), ...args];
    const env = `XDG_STATE_HOME=${quote(dir)} XDG_CONFIG_HOME=${quote(dir)} NO_COLOR=`;
    const script = `stty sane; ${env} ${words.map(quote).join(" ")}; echo "exit $?"; stty -a | ` +
      `grep -o -E '[-]?(icanon|echo) ' | tr -d '\\n'; exec sleep 1000`;
    return Terminal.open(["sh", "-c", script], { cwd: dir });
  }

  /** Types text literally. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys by their names in tmux, such as `Enter`, `C-c` or `Up`. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Returns the screen's text without trailing spaces and without empty rows at the end. */
  async screen(): Promise<string> {
    return (await this.#tmux("capture-pane", "-p")).replace(/[ \t]+$/gm, "").trimEnd();
  }

  /** Returns all rows of the screen, with the escape sequences of their colours and styles. */
  async styledRows(): Promise<string[]> {
    return (await this.#tmux("capture-pane", "-e", "-p")).split("\n").slice(0, -1);
  }

  /** Returns the column of the cursor, from 0. */
  async column(): Promise<number> {
    return Number(await this.#tmux("display-message", "-p", "#{cursor_x}"));
  }

  /**
   * Waits until the screen shows a text.
   *
   * @returns The screen.
   * @throws {Error} With the screen, when the text is not there after 20 s.
   */
  async shows(wanted: string | RegExp): Promise<string> {
    const deadline = performance.now() + SHOW_TIMEOUT_MS;
    while (true) {
      const screen = await this.screen();
      if (typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (performance.now() > deadline) throw new Error(`no ${wanted} on the screen:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #tmux(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", this.#dir.join("tmux"), "-f", "/dev/null", ...args],
      env: { TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    }).output();
    if (!success) throw new Error(`tmux: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  /** Ends the programs that run in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _dir = this.#dir;
    await this.#tmux("kill-server");
  }
}
