/**
 * A program in a terminal of its own, through tmux: keys in, the screen out.
 *
 * @module
 */

import { join } from "./paths.ts";
import { REPOSITORY } from "./programs.ts";

/** Milliseconds a screen gets to show what is waited for. */
const SHOW_TIMEOUT_MS = 20_000;
const LOOK_MS = 20;

/** Whether there is a tmux; without one the terminal tests are skipped. */
export const HAS_TMUX: boolean = await tmuxWorks();

async function tmuxWorks(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("tmux", { args: ["-V"], stdout: "null" }).output();
    return success;
  } catch {
    console.error("tmux is not installed: the terminal tests are skipped");
    return false;
  }
}

async function tmux(socket: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tmux", {
    args: ["-S", socket, "-f", "/dev/null", ...args],
    env: { TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A terminal of 80 columns and 20 rows. Disposing it ends what runs in it. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /**
   * Starts one of our programs in a terminal. When it ends, the screen tells its exit code.
   *
   * @param program `client.ts` or `server.ts`.
   * @param dir A folder for its state and the terminal's socket.
   */
  static async start(
    program: "client.ts" | "server.ts",
    args: readonly string[],
    dir: string,
  ): Promise<Terminal> {
    const socket = `${dir}/${program}.${crypto.randomUUID().slice(0, 8)}`;
    const words = [Deno.execPath(), "run", "-A", join(REPOSITORY, program), ...args];
    const env = `XDG_STATE_HOME=${quote(dir)} XDG_CONFIG_HOME=${quote(dir)} NO_COLOR=`;
    const script = `stty sane; ${env} ${words.map(quote).join(" ")}; echo "exit $?"; stty -a | ` +
      `grep -o -E '[-]?(icanon|echo) ' | tr -d '\\n'; exec sleep 1000`;
    const size = ["-x", "80", "-y", "20"];
    await tmux(socket, "new-session", "-d", ...size, "-c", dir, "sh", "-c", script);
    return new Terminal(socket);
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await tmux(this.#socket, "send-keys", "-l", text);
  }

  /** Presses keys by tmux's names: `Enter`, `C-c`, `Up`. */
  async press(...keys: string[]): Promise<void> {
    await tmux(this.#socket, "send-keys", ...keys);
  }

  /** The screen's rows without trailing space and empty rows at the end. */
  async screen(): Promise<string> {
    return (await tmux(this.#socket, "capture-pane", "-p")).replace(/[ \t]+$/gm, "").trimEnd();
  }

  /** The column of the cursor. */
  async column(): Promise<number> {
    return Number(await tmux(this.#socket, "display-message", "-p", "#{cursor_x}"));
  }

  /**
   * Waits until the screen shows something.
   *
   * @returns The screen.
   * @throws {Error} With the screen, when it does not in 20 s.
   */
  async shows(wanted: string | RegExp): Promise<string> {
    const late = performance.now() + SHOW_TIMEOUT_MS;
    while (true) {
      const screen = await this.screen();
      if (typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (performance.now() > late) throw new Error(`no ${wanted} on the screen:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await tmux(this.#socket, "kill-server");
  }
}
