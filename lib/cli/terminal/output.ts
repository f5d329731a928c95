/**
 * The one owner of stdout and stderr. Results go to stdout, everything else to stderr; whatever is
 * printed has its control characters escaped, and only this file writes any itself.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { escapeControls } from "../../base/text.ts";
import { jsonLine } from "../format/json_line.ts";

/** A standard stream. */
export interface TextSink {
  /** Whether people see it as it is written. */
  readonly terminal: boolean;
  /** Writes some of the bytes and tells how many. */
  writeSync(bytes: Uint8Array): number;
}

/** How to print. */
export interface OutputSettings {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** No progress, summaries or notices. */
  readonly quiet: boolean;
  /** Details too. */
  readonly verbose: boolean;
  /** Results are JSON. */
  readonly json: boolean;
  /** Whether colour and moving lines are wanted where there is a terminal. */
  readonly ansi: boolean;
  /** Columns of the terminal. */
  readonly columns: () => number;
}

/** A colour or weight. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan";

const CODES: Record<Style, number> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  cyan: 36,
};

/** Text in a style, for a stream that shows it. */
export interface Painted {
  readonly style: Style;
  readonly text: string;
}

/** Text in a style. */
export function paint(style: Style, text: string): Painted {
  return { style, text };
}

/** Why a command stops when nobody reads what it prints. */
export class StdoutClosed extends FtError {
  constructor(cause: unknown) {
    super("internal", "nobody reads the output", { cause });
  }
}

/** A line being typed. */
export interface PromptLine {
  readonly text: string;
  /** The column of the cursor. */
  readonly column: number;
}

const FLUSH_CHARS = 32 * 1024;
const utf8 = new TextEncoder();

/** Prints. */
export class Output {
  readonly #settings: OutputSettings;
  readonly #closed = new AbortController();
  #pending = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #live = new Map<object, readonly string[]>();
  #prompt: PromptLine | undefined;
  #drawn = 0;

  constructor(settings: OutputSettings) {
    this.#settings = settings;
  }

  /** Whether results are JSON. */
  get json(): boolean {
    return this.#settings.json;
  }

  /** Whether notices are silenced. */
  get quiet(): boolean {
    return this.#settings.quiet;
  }

  /** Whether details are wanted. */
  get verbose(): boolean {
    return this.#settings.verbose;
  }

  /** Whether people read stdout as it is written. */
  get terminal(): boolean {
    return this.#settings.stdout.terminal;
  }

  /** Whether stderr can show colour and lines that move. */
  get moving(): boolean {
    return this.#settings.ansi && this.#settings.stderr.terminal;
  }

  /** Columns of the terminal. */
  get columns(): number {
    return this.#settings.columns();
  }

  /**
   * Ends when stdout takes no more: with a {@linkcode StdoutClosed} when its reader has gone, with
   * the error otherwise, as for a full disk.
   */
  get stdoutClosed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Prints a result: one line on stdout. */
  line(...parts: (string | Painted)[]): void {
    const { stdout, ansi } = this.#settings;
    this.raw(`${render(parts, ansi && stdout.terminal)}\n`);
  }

  /** Prints a result as JSON: one line on stdout. */
  object(value: unknown): void {
    this.raw(`${jsonLine(value)}\n`);
  }

  /** Prints text on stdout as it is. It must be made by us, or be what the user typed. */
  raw(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= FLUSH_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), 0);
  }

  /** Prints something worth a line on stderr, unless quiet. */
  notice(...parts: (string | Painted)[]): void {
    if (!this.#settings.quiet) this.#stderrLine(parts);
  }

  /** Prints a value as JSON: one line on stderr, unless quiet. */
  noticeObject(value: unknown): void {
    if (this.#settings.quiet) return;
    this.flush();
    this.#aboveLive(this.#settings.stderr, `${jsonLine(value)}\n`);
  }

  /** Prints a detail on stderr, when verbose. */
  detail(...parts: (string | Painted)[]): void {
    if (this.#settings.verbose) this.#stderrLine(parts);
  }

  /** Prints an error's line on stderr. */
  error(...parts: (string | Painted)[]): void {
    this.#stderrLine(parts);
  }

  /**
   * Shows these lines below everything else on stderr, in place of those shown before.
   *
   * @param owner Whose lines they are, where several show some.
   */
  live(lines: readonly (readonly (string | Painted)[])[], owner: object = this): void {
    if (!this.moving) return;
    if (lines.length === 0) this.#live.delete(owner);
    else this.#live.set(owner, lines.map((parts) => render(parts, true)));
    this.#redraw();
  }

  /** Shows a line being typed below all that, with the cursor in it; or no longer. */
  prompt(line: PromptLine | undefined): void {
    this.#prompt = line;
    this.#redraw();
  }

  /** Leaves nothing on the terminal but what moves. */
  clearScreen(): void {
    this.#write(this.#settings.stderr, "\x1b[H\x1b[2J");
    this.#drawn = 0;
    this.#redraw();
  }

  /** Writes what is pending. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (text === "" || this.#closed.signal.aborted) return;
    this.#aboveLive(this.#settings.stdout, text);
  }

  /** A stream that writes to stdout, for content; it errors when the reader has gone. */
  contentSink(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (bytes) => {
        this.flush();
        if (!this.#closed.signal.aborted) this.#bytes(this.#settings.stdout, bytes);
        this.#closed.signal.throwIfAborted();
      },
    });
  }

  #stderrLine(parts: readonly (string | Painted)[]): void {
    this.flush();
    this.#aboveLive(this.#settings.stderr, `${render(parts, this.moving)}\n`);
  }

  #aboveLive(sink: TextSink, text: string): void {
    if (this.#drawn === 0 || !sink.terminal) return this.#write(sink, text);
    this.#write(this.#settings.stderr, this.#erase());
    this.#write(sink, text);
    this.#write(this.#settings.stderr, this.#draw());
  }

  #redraw(): void {
    this.#write(this.#settings.stderr, this.#erase() + this.#draw());
  }

  #erase(): string {
    if (this.#drawn === 0) return "";
    const up = this.#drawn > 1 ? `\x1b[${this.#drawn - 1}A` : "";
    this.#drawn = 0;
    return `\r${up}\x1b[J`;
  }

  #draw(): string {
    const lines = [...this.#live.values()].flat();
    const { text, column } = this.#prompt ?? { text: undefined, column: 0 };
    if (text !== undefined) lines.push(escapeControls(text));
    this.#drawn = lines.length;
    const cursor = text === undefined ? "" : column === 0 ? "\r" : `\r\x1b[${column}C`;
    return lines.join("\n") + cursor;
  }

  #write(sink: TextSink, text: string): void {
    if (text !== "") this.#bytes(sink, utf8.encode(text));
  }

  #bytes(sink: TextSink, bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += sink.writeSync(bytes.subarray(at));
    } catch (cause) {
      // A gone stderr is no reason to stop: there is nobody left to tell.
      if (sink !== this.#settings.stdout) return;
      const gone = cause instanceof Deno.errors.BrokenPipe;
      this.#closed.abort(
        gone ? new StdoutClosed(cause) : asFtError(cause, "Cannot write to stdout"),
      );
    }
  }
}

function render(parts: readonly (string | Painted)[], colour: boolean): string {
  return parts.map((part) => {
    if (typeof part === "string") return escapeControls(part);
    const text = escapeControls(part.text);
    return colour ? `\x1b[${CODES[part.style]}m${text}\x1b[0m` : text;
  }).join("");
}
