/**
 * The signals that end a program: SIGINT and SIGTERM.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** A signal that asks the program to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

const SIGNALS: readonly EndSignal[] = ["SIGINT", "SIGTERM"];

/** The error that a program ends with after a signal. */
export function interruptedBy(signal: EndSignal): FtError {
  return signal === "SIGINT"
    ? new FtError("interrupted", "interrupted")
    : new FtError("terminated", "terminated");
}

/**
 * Installs signal handlers until it is disposed.
 *
 * @param onSignal Called for each signal with the number of signals before it.
 */
export function watchSignals(onSignal: (signal: EndSignal, before: number) => void): Disposable {
  let count = 0;
  const installed = SIGNALS.flatMap((signal) => {
    const handler = () => onSignal(signal, count++);
    try {
      Deno.addSignalListener(signal, handler);
    } catch {
      // Some systems lack one of them.
      return [];
    }
    return [{ signal, handler }];
  });
  return {
    [Symbol.dispose]() {
      for (const { signal, handler } of installed) Deno.removeSignalListener(signal, handler);
    },
  };
}
