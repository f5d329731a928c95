/**
 * A host for programs under test that captures their output and touches nothing real.
 *
 * @module
 */

import type { ProgramHost } from "../../lib/cli/program/program_host.ts";
import { soon } from "../with_timeout.ts";
import { Output, type OutputSettings, type TextSink } from "../../lib/cli/terminal/output.ts";

/** A stream that collects what is written to it. */
export class CapturedSink implements TextSink {
  readonly #decoder = new TextDecoder();
  text = "";
  #written = Promise.withResolvers<void>();
  /** Thrown instead of writing. */
  fault: Error | undefined;

  constructor(readonly terminal = false) {}

  writeSync(bytes: Uint8Array): number {
    if (this.fault !== undefined) throw this.fault;
    this.text += this.#decoder.decode(bytes, { stream: true });
    this.#written.resolve();
    this.#written = Promise.withResolvers();
    return bytes.length;
  }

  /** Waits until the text matches. */
  async printed(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await soon(this.#written.promise);
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** A host whose output is captured. */
export interface CapturedHost extends ProgramHost {
  readonly stdout: CapturedSink;
  readonly stderr: CapturedSink;
  /** Sends the program a signal; a real one would reach other tests of this process, too. */
  signal(signal: Deno.Signal): void;
}

/** Returns a host with these environment variables, and its captured output. */
export function capturedHost(
  env: Record<string, string> = {},
  terminal = false,
): CapturedHost {
  const watchers = new Set<(signal: Deno.Signal) => void>();
  return {
    readEnv: (name) => env[name],
    stdout: new CapturedSink(terminal),
    stderr: new CapturedSink(terminal),
    size: () => ({ columns: 80, rows: 24 }),
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
    watchSignals(signals, onSignal) {
      let count = 0;
      const watcher = (signal: Deno.Signal) => {
        const watched = signals.find((one) => one === signal);
        if (watched !== undefined) onSignal(watched, count++);
      };
      watchers.add(watcher);
      return { [Symbol.dispose]: () => watchers.delete(watcher) };
    },
    signal: (signal) => watchers.forEach((watcher) => watcher(signal)),
  };
}

/** Returns an output over captured streams. */
export function capturedOutput(settings: Partial<OutputSettings> = {}): {
  readonly out: Output;
  readonly stdout: CapturedSink;
  readonly stderr: CapturedSink;
} {
  const stdout = new CapturedSink(settings.stdout?.terminal);
  const stderr = new CapturedSink(settings.stderr?.terminal);
  const out = new Output({
    quiet: false,
    verbose: false,
    json: false,
    colour: true,
    moving: true,
    size: () => ({ columns: 80, rows: 24 }),
    ...settings,
    stdout,
    stderr,
  });
  return { out, stdout, stderr };
}
