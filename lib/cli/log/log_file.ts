/**
 * A log file for each run, rotated, and bounded in number and size.
 *
 * @module
 */

import { MAX_LOG_FILE_BYTES, MAX_LOG_FILES, MAX_LOG_RUNS } from "../../base/limits.ts";
import { createLogger, type LogSink } from "../../base/log.ts";
import { asFtError } from "../../base/os_errors.ts";
import { endLastLine, EnduringWriter, LINES } from "./enduring_writer.ts";
import { lineSink, type LogFormat } from "./log_lines.ts";

/** Options of {@linkcode openLogFile}. */
export interface LogFileOptions {
  /** The folder, created if it is missing. */
  readonly dir: string;
  /** The beginning of file names: `server`, `client`. */
  readonly program: string;
  readonly format: LogFormat;
  /** Called when the file cannot be written; it is tried again from time to time. */
  readonly onError: (error: Error) => void;
  /** The time in the name. @default now */
  readonly at?: Date;
  /** Most bytes in a file. @default {MAX_LOG_FILE_BYTES} */
  readonly maxBytes?: number;
}

/** An open log file. */
export interface LogFile extends Disposable {
  readonly path: string;
  readonly sink: LogSink;
}

/**
 * Opens a log file named `PROGRAM_YYYYMMDD_HHMMSS.log` (UTC), and removes the files of the oldest
 * runs.
 *
 * @throws If the folder cannot be written.
 */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  const { dir, program, format, onError, at = new Date() } = options;
  const path = await createFile(dir, `${program}_${stamp(at)}`);
  await removeOldest(dir, program);
  const { getRotatingFileSink } = await import("@logtape/file");
  const settings = {
    maxSize: options.maxBytes ?? MAX_LOG_FILE_BYTES,
    maxFiles: MAX_LOG_FILES,
    ...LINES,
  };
  const writer = new EnduringWriter({
    open() {
      endLastLine(path);
      return getRotatingFileSink(path, settings);
    },
    onError,
    onResumed: (lost) => createLogger(sink).warning("log.resumed", { lost }),
  });
  const sink = lineSink(format, (line) => writer.write(line));
  return { path, sink, [Symbol.dispose]: () => writer[Symbol.dispose]() };
}

/** `20260131_120000`. */
function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
}

/** Creates the file. If two runs start in one second, a number is added to the second name. */
async function createFile(dir: string, stem: string): Promise<string> {
  try {
    await Deno.mkdir(dir, { recursive: true });
    for (let n = 1;; n++) {
      const path = `${dir}/${n === 1 ? stem : `${stem}_${n}`}.log`;
      try {
        (await Deno.open(path, { write: true, createNew: true, mode: 0o640 })).close();
        return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch (error) {
    throw asFtError(error, `Cannot write a log in ${dir}`);
  }
}

async function removeOldest(dir: string, program: string): Promise<void> {
  const runs = new Map<string, string[]>();
  const pattern = new RegExp(`^(${program}_\\d{8}_\\d{6}(?:_\\d+)?)\\.log(?:\\.\\d+)?$`);
  for await (const { name, isFile } of Deno.readDir(dir)) {
    const stem = pattern.exec(name)?.[1];
    if (stem !== undefined && isFile) runs.set(stem, [...runs.get(stem) ?? [], name]);
  }
  for (const stem of [...runs.keys()].sort().slice(0, -MAX_LOG_RUNS)) {
    for (const name of runs.get(stem)!) await Deno.remove(`${dir}/${name}`);
  }
}
