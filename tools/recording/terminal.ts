/**
 * A real terminal without a window: tmux on a socket of its own.
 *
 * @module
 */

import type { Frame, Size } from "./svg.ts";

/** Milliseconds between two looks at the screen. */
const LOOK_MS = 160;
/** Longest pause that a recording keeps, in seconds. */
const LONGEST_PAUSE = 1.5;

/** A terminal that records what it shows. Disposing it ends everything that runs in it. */
export class Terminal implements AsyncDisposable {
  readonly frames: Frame[] = [];
  readonly #socket = `ft-recording-${Deno.pid}`;
  #now = 0;

  private constructor(readonly size: Size) {}

  /** Opens one that runs a command. */
  static async open(size: Size, command: readonly string[]): Promise<Terminal> {
    const terminal = new Terminal(size);
    const { columns, rows } = size;
    await terminal.#tmux("-f", "/dev/null", "new-session", "-d", ...[
      ...["-x", String(columns), "-y", String(rows)],
      ...command,
    ]);
    return terminal;
  }

  /** Types a line as people do, and presses enter. */
  async type(line: string): Promise<void> {
    for (const word of line.match(/\S+\s*|\s+/g) ?? []) {
      await this.#tmux("send-keys", "-l", "--", word);
      await this.look(0.12);
    }
    await this.look(0.5);
    await this.press("Enter");
  }

  /** Presses a key, as tmux names it. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** Looks until the screen has what is waited for. */
  async until(found: (screen: string) => boolean, seconds = 30): Promise<void> {
    for (let looks = 0; looks * LOOK_MS < seconds * 1000; looks++) {
      if (found(await this.look(LOOK_MS / 1000))) return;
    }
    throw new Error(`Waited in vain; the screen is\n${this.frames.at(-1)?.lines.join("\n")}`);
  }

  /** Records what the screen has now, after a time. */
  async look(afterSeconds: number): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, afterSeconds * 1000));
    this.#now += afterSeconds;
    const captured = await this.#tmux("capture-pane", "-e", "-p");
    const lines = captured.split("\n").slice(0, this.size.rows).map((line) => line.trimEnd());
    const before = this.frames.at(-1);
    if (before === undefined || lines.join("\n") !== before.lines.join("\n")) {
      this.#now = Math.min(this.#now, (before?.at ?? 0) + LONGEST_PAUSE);
      this.frames.push({ at: this.#now, lines });
    }
    // deno-lint-ignore no-control-regex
    return captured.replaceAll(/\x1b\[[\d;:]*m/g, "");
  }

  async #tmux(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-L", this.#socket, ...args],
    }).output();
    if (!success) throw new Error(`tmux: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server");
  }
}
