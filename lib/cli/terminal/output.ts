/**
 * Standard output and standard error. Nothing else writes to them. Results go to stdout, everything
 * else to stderr. Control characters in printed text are escaped; only this file writes real ones.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { escapeControls } from "../../base/text.ts";
import { jsonLine } from "../format/json_line.ts";
import { textWidth } from "../format/text_width.ts";
import { PendingText } from "./pending_text.ts";
import { LiveRegion, type PromptLine, type TerminalSize } from "./live_region.ts";

/** A standard stream. */
export interface TextSink {
  /** Whether it is a terminal. */
  readonly terminal: boolean;
  /** Writes some of the bytes. @returns How many. */
  writeSync(bytes: Uint8Array): number;
}

/** Settings of an {@linkcode Output}. */
export interface OutputSettings {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether to print no progress, summaries and notices. */
  readonly quiet: boolean;
  /** Whether to print details. */
  readonly verbose: boolean;
  /** Whether to print results as JSON. */
  readonly json: boolean;
  /** Whether to use colour on a terminal. */
  readonly colour: boolean;
  /** Whether a terminal can move its lines. */
  readonly moving: boolean;
  /** Size of the terminal. */
  readonly size: () => TerminalSize;
}

/** A colour or weight. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan" | "paper";

const CODES: Record<Style, number | string> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  cyan: 36,
  // Black on white in every terminal.
  paper: "30;107",
};

/** Text with a style, which only a terminal shows. */
export interface Painted {
  readonly style: Style;
  readonly text: string;
}

/** The pieces of a line. */
export type Line = readonly (string | Painted)[];

/** Gives text a style. */
export function paint(style: Style, text: string): Painted {
  return { style, text };
}

/** Stops a command when the reader of its output has gone. */
export class StdoutClosed extends FtError {
  constructor(cause: unknown) {
    super("internal", "the reader of the output has gone", { cause });
  }
}

const utf8 = new TextEncoder();

/** Prints to stdout and stderr. */
export class Output {
  readonly #settings: OutputSettings;
  readonly #closed = new AbortController();
  readonly #pending = new PendingText<TextSink>((sink, text) => {
    if (sink !== this.#settings.stdout || !this.#closed.signal.aborted) this.#aboveLive(sink, text);
  });
  readonly #live = new LiveRegion();

  constructor(settings: OutputSettings) {
    this.#settings = settings;
  }

  /** Whether results are printed as JSON. */
  get json(): boolean {
    return this.#settings.json;
  }

  /** Whether progress, summaries and notices are silenced. */
  get quiet(): boolean {
    return this.#settings.quiet;
  }

  /** Whether stdout is a terminal. */
  get terminal(): boolean {
    return this.#settings.stdout.terminal;
  }

  /** Whether stdout or stderr is a terminal. */
  get onTerminal(): boolean {
    return this.#settings.stdout.terminal || this.#settings.stderr.terminal;
  }

  /** Whether stderr is a terminal, so that somebody reads it. */
  get readByPeople(): boolean {
    return this.#settings.stderr.terminal;
  }

  /** Whether stderr shows colours. */
  get coloured(): boolean {
    return this.#colourOn(this.#settings.stderr);
  }

  /** Whether stderr can show moving lines. */
  get moving(): boolean {
    return this.#settings.moving && this.#settings.stderr.terminal;
  }

  /** Width of the terminal. */
  get columns(): number {
    return this.#settings.size().columns;
  }

  /**
   * Aborts when stdout cannot be written: with a {@linkcode StdoutClosed} when its reader has gone,
   * else with the error, such as a full disk.
   */
  get stdoutClosed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Prints a result: one line on stdout. */
  line(...line: Line): void {
    this.raw(`${render(line, this.#colourOn(this.#settings.stdout))}\n`);
  }

  /** Prints a result as JSON: one line on stdout. */
  object(value: unknown): void {
    this.raw(`${jsonLine(value)}\n`);
  }

  /** Prints a result: with `--json` the object, else the line. */
  result(object: unknown, ...line: Line): void {
    if (this.json) this.object(object);
    else this.line(...line);
  }

  /** Reports what was done: with `--json` an object on stdout, else a notice on stderr. */
  report(object: unknown, ...notice: Line): void {
    if (this.json) this.object(object);
    else this.notice(...notice);
  }

  /** Prints text on stdout without escaping. It must come from us or from the user. */
  raw(text: string): void {
    this.#pending.add(this.#settings.stdout, text);
  }

  /** Prints a line of a log on stderr, in one write with others that follow at once. */
  logLine(text: string): void {
    this.#pending.add(this.#settings.stderr, `${escapeControls(text)}\n`);
  }

  /** Prints a notice: one line on stderr, unless quiet. */
  notice(...line: Line): void {
    if (!this.#settings.quiet) this.#stderrLine(line);
  }

  /** Prints a notice as JSON: one line on stderr, unless quiet. */
  noticeObject(value: unknown): void {
    if (this.#settings.quiet) return;
    this.flush();
    this.#aboveLive(this.#settings.stderr, `${jsonLine(value)}\n`);
  }

  /** Prints a detail: one line on stderr, if verbose. */
  detail(...line: Line): void {
    if (this.#settings.verbose) this.#stderrLine(line);
  }

  /** Prints an error: one line on stderr. */
  error(...line: Line): void {
    this.#stderrLine(line);
  }

  /**
   * Shows lines below all other output on stderr, replacing the owner's previous ones.
   *
   * @param owner Identifies the lines, where several parts of a program show some.
   */
  live(lines: readonly Line[], owner: object = this): void {
    if (!this.moving) return;
    const colour = this.#colourOn(this.#settings.stderr);
    this.#live.set(
      owner,
      lines.map((line) => ({
        text: render(line, colour),
        width: textWidth(render(line, false)),
      })),
    );
    this.#redraw();
  }

  /** Shows the line being typed below everything else; `undefined` removes it. */
  prompt(line: PromptLine | undefined): void {
    this.#live.setPrompt(line);
    this.#redraw();
  }

  /** Clears the terminal, except for moving lines and the line being typed. */
  clearScreen(): void {
    this.#write(this.#settings.stderr, "\x1b[H\x1b[2J");
    this.#live.cleared();
    this.#redraw();
  }

  /** Writes buffered output. */
  flush(): void {
    this.#pending.flush();
  }

  /** A stream that writes content to stdout; writing fails when the reader has gone. */
  contentSink(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (bytes) => {
        this.flush();
        if (!this.#closed.signal.aborted) this.#bytes(this.#settings.stdout, bytes);
        this.#closed.signal.throwIfAborted();
      },
    });
  }

  #stderrLine(line: Line): void {
    this.flush();
    this.#aboveLive(
      this.#settings.stderr,
      `${render(line, this.#colourOn(this.#settings.stderr))}\n`,
    );
  }

  #aboveLive(sink: TextSink, text: string): void {
    if (!this.#live.drawn || !sink.terminal) return this.#write(sink, text);
    const { stderr, size } = this.#settings;
    this.#write(stderr, this.#live.erase(this.columns));
    this.#write(sink, text);
    this.#write(stderr, this.#live.draw(size()));
  }

  #colourOn(sink: TextSink): boolean {
    return this.#settings.colour && sink.terminal;
  }

  #redraw(): void {
    const { stderr, size } = this.#settings;
    this.#write(stderr, this.#live.erase(this.columns) + this.#live.draw(size()));
  }

  #write(sink: TextSink, text: string): void {
    if (text !== "") this.#bytes(sink, utf8.encode(text));
  }

  #bytes(sink: TextSink, bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += sink.writeSync(bytes.subarray(at));
    } catch (cause) {
      // Without stderr there is nowhere to report the error, and no reason to stop. A terminal that
      // is closed ends the program with a signal.
      if (sink !== this.#settings.stdout || sink.terminal) return;
      const gone = cause instanceof Deno.errors.BrokenPipe;
      this.#closed.abort(
        gone ? new StdoutClosed(cause) : asFtError(cause, "Cannot write to stdout"),
      );
    }
  }
}

function render(line: Line, colour: boolean): string {
  return line.map((piece) => {
    if (typeof piece === "string") return escapeControls(piece);
    const text = escapeControls(piece.text);
    return colour ? `\x1b[${CODES[piece.style]}m${text}\x1b[0m` : text;
  }).join("");
}
