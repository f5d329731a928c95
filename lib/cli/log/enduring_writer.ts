/**
 * Writes lines to a file that may fail for a while, as on a full disk.
 *
 * @module
 */

import type { RotatingFileSinkOptions } from "@logtape/file";
import type { LogRecord, Sink } from "@logtape/logtape";
import type { FtError } from "../../base/errors.ts";
import { LOG_RETRY_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";

/** Options of {@linkcode EnduringWriter}. */
export interface EnduringWriterOptions {
  /** Opens the file to append to it. */
  readonly open: () => Sink & Disposable;
  /** Called with the first error; the following lines are lost until the file can be written. */
  readonly onError: (error: FtError) => void;
  /** Called when the file can be written again, with the number of lines that were lost. */
  readonly onResumed: (lost: number) => void;
}

/** A writer that tries a failing file again every {@linkcode LOG_RETRY_MS}. */
export class EnduringWriter implements Disposable {
  readonly #options: EnduringWriterOptions;
  #file: Sink & Disposable | undefined;
  #lost = 0;
  #retryAtMs = 0;

  constructor(options: EnduringWriterOptions) {
    this.#options = options;
  }

  /** Writes a line, or loses it. It never throws, so that a full disk does not stop the program. */
  write(line: string): void {
    if (this.#lost > 0 && performance.now() < this.#retryAtMs) {
      this.#lost++;
      return;
    }
    try {
      this.#file ??= this.#options.open();
      this.#file(recordOf(line));
    } catch (error) {
      this.#failed(error);
      return;
    }
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#options.onResumed(lost);
  }

  #failed(error: unknown): void {
    this.#close();
    this.#retryAtMs = performance.now() + LOG_RETRY_MS;
    if (this.#lost++ === 0) this.#options.onError(asFtError(error, "Cannot write the log file"));
  }

  #close(): void {
    try {
      this.#file?.[Symbol.dispose]();
    } catch {
      // After a failed rotation the file is already closed.
    }
    this.#file = undefined;
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}

/** Stores lines as they are, at once, so that a crash loses none. */
export const LINES: Pick<RotatingFileSinkOptions, "bufferSize" | "formatter"> = {
  bufferSize: 0,
  formatter: (record) => `${record.rawMessage}\n`,
};

/** Wraps a formatted line, which the file only has to store. */
function recordOf(line: string): LogRecord {
  const message = [line];
  return {
    ...{ category: [], level: "info", message, rawMessage: line },
    ...{ timestamp: Date.now(), properties: {} },
  };
}

/** Ends the last line of a file, which a failed write may have cut. */
export function endLastLine(path: string): void {
  using file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o640 });
  if (file.statSync().size === 0) return;
  const last = new Uint8Array(1);
  file.seekSync(-1, Deno.SeekMode.End);
  file.readSync(last);
  if (last[0] !== 0x0a) file.writeSync(new Uint8Array([0x0a]));
}
