/**
 * The shell: what each line does.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { anySignal } from "../../../base/signals.ts";
import type { ChatSession } from "../../../client/remote/chat_session.ts";
import type { ClientContext } from "../client_context.ts";
import type { ClientValues } from "../client_flags.ts";
import { withRetries } from "../connect.ts";
import { resolveOptions } from "../../program/resolve_options.ts";
import { checkCommandLine, parseCommandLine } from "../../program/command_line.ts";
import { reportError } from "../../terminal/error_report.ts";
import { printPresence } from "../../terminal/presence_list.ts";
import { ALIASES, type Order, OWN_WORDS, readShellOrder } from "./shell_line.ts";
import { fromCwd } from "./remote_path.ts";

/** Commands whose arguments are names on the server. */
const REMOTE = new Set(
  ["get", "ls", "stat", "sum", "rm", "mv", "mkdir", "lock", "unlock", "edit"],
);
/** Commands that go on while the next line is typed. */
const TRANSFERS = new Set(["get", "put"]);

/** What a shell works with. */
export interface ShellParts {
  /** Its connection is shared by all commands. */
  readonly context: ClientContext;
  /** The chat the shell takes part in; without one it sends messages without a seat. */
  readonly chat?: ChatSession | undefined;
  /** Whether transfers run beside the next line. */
  readonly background: boolean;
}

/** @throws `usage` for what needs the terminal that the shell has. */
function refuse(name: string, args: readonly string[]): void {
  if (name === "shell") throw new FtError("usage", "this is a shell already");
  if (name === "edit" || (name === "put" && args.includes("-"))) {
    const what = name === "edit" ? name : "put -";
    throw new FtError("usage", `${what} is not for the shell`, { name: what });
  }
}

/** A shell: where it stands, and what runs. */
export class Shell {
  readonly #parts: ShellParts;
  readonly #running = new Set<Promise<number>>();
  readonly #stopping = new Set<AbortController>();
  #cwd = ".";
  /** Whether every line is something to say. */
  chatting = false;
  /** The exit code of the last line that failed; 0 when none did. */
  code = 0;

  constructor(parts: ShellParts) {
    this.#parts = parts;
  }

  /** Where it stands on the server. */
  get cwd(): string {
    return this.#cwd;
  }

  /** Transfers under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Does what a line says. @returns Whether the shell goes on. */
  async run(line: string): Promise<boolean> {
    try {
      if (this.chatting) return await this.#chat(line);
      const order = readShellOrder(line);
      if (order.kind === "exit") return false;
      await this.#obey(order);
    } catch (thrown) {
      this.#parts.context.signal.throwIfAborted();
      this.#failed(thrown);
    }
    return true;
  }

  #failed(thrown: unknown): void {
    this.code = reportError("ftclient", asFtError(thrown), this.#parts.context.out);
  }

  async #chat(line: string): Promise<boolean> {
    if (/^\s*\/?(exit|sair|quit)\s*$/i.test(line)) this.chatting = false;
    else if (line.trim() !== "") await this.#say(line);
    return true;
  }

  async #obey(order: Order): Promise<void> {
    const { out } = this.#parts.context;
    switch (order.kind) {
      case "pwd":
        return out.line(this.#cwd === "." ? "/" : `/${this.#cwd}`);
      case "cd":
        return await this.#cd(order.dir);
      case "help":
        return this.#help();
      case "chat":
        this.chatting = true;
        return out.notice("every line is said now, until /exit");
      case "say":
        return await this.#say(order.text, order.to);
      case "who": {
        const remote = await this.#parts.context.connect();
        return printPresence(out, await remote.chat.who(), out.terminal);
      }
      case "command":
        return await this.#command(order.words);
    }
  }

  async #cd(dir: string): Promise<void> {
    const target = fromCwd(this.#cwd, dir);
    if (target !== ".") {
      const { files } = await this.#parts.context.connect();
      const { type } = await files.stat(target);
      if (type !== "dir") throw new FtError("usage", `not a folder: ${target}`, { name: target });
    }
    this.#cwd = target;
  }

  #help(): void {
    const { out, program } = this.#parts.context;
    const rows = [
      ...program.commands.filter(({ name, offline }) =>
        name !== "shell" && name !== "chat" && !offline
      ).map(({ name, usage, summary }) => [`${name} ${usage}`, summary] as const),
      ...OWN_WORDS.map(([word, usage, does]) => [`${word} ${usage}`, does] as const),
      ...Object.entries(ALIASES).map(([word, name]) => [word, `the same as ${name}`] as const),
    ];
    const width = Math.max(...rows.map(([term]) => term.length));
    for (const [term, text] of rows) out.line(`${term.padEnd(width)}  ${text}`);
  }

  async #say(text: string, to?: string): Promise<void> {
    const { context, chat } = this.#parts;
    if (chat !== undefined) return await chat.say(text, to);
    const remote = await context.connect();
    await remote.chat.say(text, { to });
  }

  async #command(words: readonly string[]): Promise<void> {
    const { program } = this.#parts.context;
    const parsed = parseCommandLine(words, program);
    const row = checkCommandLine(parsed, program);
    refuse(row.name, parsed.args);
    const stop = new AbortController();
    const context = this.#contextFor(row.name, words, parsed, stop.signal);
    const run = await row.load();
    const ending = this.#follow(run(context), stop);
    if (!this.#parts.background || !TRANSFERS.has(row.name)) await ending;
  }

  /** Counts a command until it ends, and tells how it failed. */
  #follow(work: Promise<number>, stop: AbortController): Promise<number> {
    this.#stopping.add(stop);
    const ending = work.then((code) => {
      if (code !== 0) this.code = code;
      return code;
    }, (thrown) => {
      this.#failed(stop.signal.aborted ? stop.signal.reason : thrown);
      return this.code;
    }).finally(() => {
      this.#running.delete(ending);
      this.#stopping.delete(stop);
    });
    this.#running.add(ending);
    return ending;
  }

  #contextFor(
    name: string,
    words: readonly string[],
    parsed: ReturnType<typeof parseCommandLine<ClientContext>>,
    stop: AbortSignal,
  ): ClientContext {
    const { context } = this.#parts;
    const options = resolveOptions<ClientValues>(parsed, context.program, context.readEnv);
    const merged: Record<string, unknown> = { ...options.values };
    for (const [key, source] of Object.entries(context.sources)) {
      if (source === "flag" && options.sources[key] === "default") {
        merged[key] = context.values[key as keyof ClientValues];
      }
    }
    const values = merged as unknown as ClientValues;
    const signal = anySignal(context.signal, stop);
    const { open, onRetry } = context;
    return {
      ...context,
      ...options,
      args: this.#argsOf(name, parsed.args),
      values: name === "put" ? { ...values, to: fromCwd(this.#cwd, values.to ?? ".") } : values,
      typed: words,
      signal,
      connect: withRetries(open, { retries: values.retries, signal, onRetry }),
    };
  }

  #argsOf(name: string, args: readonly string[]): readonly string[] {
    if (name === "ls" && args.length === 0) return [this.#cwd];
    return REMOTE.has(name) ? args.map((arg) => fromCwd(this.#cwd, arg)) : args;
  }

  /** Stops what runs. @returns Whether anything did. */
  stop(): boolean {
    const stopping = [...this.#stopping];
    for (const stop of stopping) stop.abort(new FtError("interrupted", "interrupted"));
    return stopping.length > 0;
  }

  /** Waits for what runs. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
