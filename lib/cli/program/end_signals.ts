/**
 * SIGINT and SIGTERM.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** A signal that asks the program to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

const SIGNALS: readonly EndSignal[] = ["SIGINT", "SIGTERM"];

/** The error a program ends with after a signal. */
export function interruptedBy(signal: EndSignal): FtError {
  return signal === "SIGINT"
    ? new FtError("interrupted", "interrupted")
    : new FtError("terminated", "terminated");
}

/**
 * Stands handlers until it is disposed.
 *
 * @param onSignal Called for each signal with how many came before it.
 */
export function watchSignals(onSignal: (signal: EndSignal, before: number) => void): Disposable {
  let count = 0;
  const standing = SIGNALS.flatMap((signal) => {
    const handler = () => onSignal(signal, count++);
    try {
      Deno.addSignalListener(signal, handler);
    } catch {
      // Not every system has both.
      return [];
    }
    return [{ signal, handler }];
  });
  return {
    [Symbol.dispose]() {
      for (const { signal, handler } of standing) Deno.removeSignalListener(signal, handler);
    },
  };
}
