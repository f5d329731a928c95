/**
 * The shell: runs lines, and keeps the state between them.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { Presence } from "../../../chat/seat.ts";
import type { ChatSession } from "../../../client/remote/chat_session.ts";
import { checkCommandLine, parseCommandLine } from "../../program/command_line.ts";
import { helpText } from "../../program/help_text.ts";
import type { ProgramTable } from "../../program/program_table.ts";
import { versionText } from "../../program/run_program.ts";
import { reportError } from "../../terminal/error_report.ts";
import { printPresence } from "../../terminal/presence_list.ts";
import { type ChatLine, parseChatLine, runChatLine } from "../chat_line.ts";
import type { ClientContext } from "../client_context.ts";
import { remotePath } from "./remote_path.ts";
import { commandContext, serverNames } from "./shell_context.ts";
import { expandHome, expandPattern } from "./local_words.ts";
import { ALIASES, parseShellLine, SHELL_COMMANDS, type ShellLine } from "./shell_line.ts";
import type { Word } from "./tokenize.ts";

/** Commands that continue while the next line is typed. */
const TRANSFERS = new Set(["get", "put"]);

/** Options of {@linkcode Shell}. */
export interface ShellOptions {
  /** Its connection is shared by all commands. */
  readonly context: ClientContext;
  /** The chat the shell takes part in; without one it sends messages without a seat. */
  readonly chat?: ChatSession;
  /** Whether transfers continue while the next line is typed. */
  readonly background: boolean;
}

/** @throws `usage` for a command that needs the terminal for itself. */
function refuseTerminalCommand(name: string, args: readonly string[]): void {
  if (name === "shell") throw new FtError("usage", "this is already the shell");
  if (name === "edit" || (name === "put" && args.includes("-"))) {
    const refused = name === "edit" ? name : "put -";
    throw new FtError("usage", `${refused} does not work in the shell`, { name: refused });
  }
}

/** Our commands, then the words of the legacy programs. */
function helpLines({ commands }: ProgramTable<ClientContext>): string[] {
  const shown = commands.filter(({ name, offline }) =>
    name !== "shell" && name !== "chat" && !offline
  );
  const ours = [
    ...shown.map(({ name, usage, summary }) => [`${name} ${usage}`, summary] as const),
    ...SHELL_COMMANDS.map(([name, usage, summary]) => [`${name} ${usage}`, summary] as const),
  ];
  const older = Object.entries(ALIASES).map(([word, name]) =>
    [word, `the same as ${name}`] as const
  );
  const width = Math.max(...ours.map(([term]) => term.length));
  const lines = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([term, text]) => `${term.trim().padEnd(width)}  ${text}`);
  return [...lines(ours), "", "words of the legacy programs:", ...lines(older)];
}

/** Expands what other shells expand: patterns where local files are meant, and `~` everywhere. */
async function expanded(words: readonly Word[], home: string | undefined): Promise<string[]> {
  const [command, ...rest] = words;
  const expand = (word: Word) =>
    command!.text === "put" && !word.text.startsWith("-")
      ? expandPattern(word, home)
      : [expandHome(word, home)];
  return [command!.text, ...(await Promise.all(rest.map(expand))).flat()];
}

/** Runs lines. */
export class Shell {
  readonly #options: ShellOptions;
  readonly #context: ClientContext;
  readonly #running = new Map<AbortController, Promise<number>>();
  #cwd = ".";
  /** Whether every line is sent to the chat. */
  chatting = false;
  /** The exit code of the last line that failed; 0 if none did. */
  code = 0;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#context = options.context;
  }

  /** The current folder on the server. */
  get cwd(): string {
    return this.#cwd;
  }

  /** The number of running commands. */
  get running(): number {
    return this.#running.size;
  }

  /** Runs a line. @returns Whether the shell continues. */
  async run(line: string): Promise<boolean> {
    try {
      if (this.chatting) return await this.#chat(line);
      const parsed = parseShellLine(line);
      if (parsed.kind === "exit") return false;
      await this.#execute(parsed);
    } catch (thrown) {
      this.#context.signal.throwIfAborted();
      this.#fail(thrown);
    }
    return true;
  }

  #fail(thrown: unknown): void {
    this.code = reportError("ftclient", asFtError(thrown), this.#context.out);
  }

  async #chat(line: string): Promise<boolean> {
    // In this mode the words that leave the shell leave the chat, with or without a slash.
    const bare = /^\s*(exit|sair|quit)\s*$/i.test(line);
    const parsed: ChatLine = bare ? { kind: "leave" } : parseChatLine(line);
    if (parsed.kind === "leave") this.chatting = false;
    else {
      const say = (text: string, to?: string) => this.#say(text, to);
      await runChatLine(parsed, { say, who: () => this.#who() }, this.#context.out);
    }
    return true;
  }

  async #execute(line: ShellLine): Promise<void> {
    const { out, program } = this.#context;
    switch (line.kind) {
      case "pwd":
        return out.line(this.#cwd === "." ? "/" : `/${this.#cwd}`);
      case "cd":
        return await this.#cd(line.dir);
      case "help":
        return helpLines(program).forEach((help) => out.line(help));
      case "chat":
        this.chatting = true;
        return out.notice("chat mode: every line is sent; /exit leaves");
      case "say":
        return await this.#say(line.text, line.to);
      case "who":
        return printPresence(out, await this.#who(), out.terminal);
      case "command":
        return await this.#command(line.words);
    }
  }

  async #cd(dir: string): Promise<void> {
    const words = { ...this.#context, args: [dir] };
    const { args } = serverNames(
      this.#context,
      { name: "", onServer: "arguments" },
      words,
      this.#cwd,
    );
    const target = remotePath(".", args[0]!);
    if (target !== ".") {
      const { files } = await this.#context.connect();
      const { type } = await files.stat(target);
      if (type !== "dir") throw new FtError("usage", `not a folder: ${target}`, { name: target });
    }
    this.#cwd = target;
  }

  async #say(text: string, to?: string): Promise<void> {
    const { chat } = this.#options;
    if (chat !== undefined) return await chat.say(text, to);
    const remote = await this.#context.connect();
    await remote.chat.say(text, { to });
  }

  async #who(): Promise<readonly Presence[]> {
    const remote = await this.#context.connect();
    return await remote.chat.who();
  }

  async #command(typed: readonly Word[]): Promise<void> {
    const { program, readEnv } = this.#context;
    const words = await expanded(typed, readEnv("HOME"));
    const line = parseCommandLine(words, program);
    if (line.given.has("help")) {
      const { columns } = this.#context.out;
      return this.#context.out.raw(`${helpText(program, line.command, Math.min(100, columns))}\n`);
    }
    if (line.command === undefined && line.given.has("version")) {
      return this.#context.out.line(versionText(program));
    }
    const row = checkCommandLine(line, program);
    refuseTerminalCommand(row.name, line.args);
    const stop = new AbortController();
    const request = { row, line, words, cwd: this.#cwd, stop: stop.signal };
    const context = commandContext(this.#context, request);
    const run = await row.load();
    const ended = this.#follow(run(context), stop);
    if (!this.#options.background || !TRANSFERS.has(row.name)) await ended;
  }

  /** Waits for a command, and reports its error. */
  #follow(command: Promise<number>, stop: AbortController): Promise<number> {
    const ended = command.then((code) => {
      if (code !== 0) this.code = code;
      return code;
    }, (thrown) => {
      this.#fail(stop.signal.aborted ? stop.signal.reason : thrown);
      return this.code;
    }).finally(() => this.#running.delete(stop));
    this.#running.set(stop, ended);
    return ended;
  }

  /** Stops the running commands. @returns Whether there were any. */
  stop(): boolean {
    const stops = [...this.#running.keys()];
    for (const stop of stops) stop.abort(new FtError("interrupted", "interrupted"));
    return stops.length > 0;
  }

  /** Waits for the running commands. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
