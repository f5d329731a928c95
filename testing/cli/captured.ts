/**
 * A host for programs under test that captures their output and touches nothing real.
 *
 * @module
 */

import type { ProgramHost } from "../../lib/cli/program/program_host.ts";
import { Output, type OutputSettings, type TextSink } from "../../lib/cli/terminal/output.ts";

/** A stream that collects what is written to it. */
export class CapturedSink implements TextSink {
  readonly #decoder = new TextDecoder();
  text = "";
  /** Thrown instead of writing. */
  fault: Error | undefined;

  constructor(readonly terminal = false) {}

  writeSync(bytes: Uint8Array): number {
    if (this.fault !== undefined) throw this.fault;
    this.text += this.#decoder.decode(bytes, { stream: true });
    return bytes.length;
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** Returns a host with these environment variables, and its captured output. */
export function capturedHost(
  env: Record<string, string> = {},
  terminal = false,
): ProgramHost & { readonly stdout: CapturedSink; readonly stderr: CapturedSink } {
  return {
    readEnv: (name) => env[name],
    stdout: new CapturedSink(terminal),
    stderr: new CapturedSink(terminal),
    columns: () => 80,
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
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
    ansi: true,
    columns: () => 80,
    ...settings,
    stdout,
    stderr,
  });
  return { out, stdout, stderr };
}
