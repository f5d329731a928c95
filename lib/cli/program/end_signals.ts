/**
 * The signals that end a program: SIGINT, SIGTERM, and SIGHUP when its terminal closes.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";

/** A signal that asks the program to end. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

const ERRORS = {
  SIGINT: ["interrupted", "interrupted"],
  SIGTERM: ["terminated", "terminated"],
  SIGHUP: ["hung_up", "the terminal was closed"],
} as const;

/** The error that a program ends with after a signal. */
export function interruptedBy(signal: EndSignal): FtError {
  const [code, message] = ERRORS[signal];
  return new FtError(code, message);
}

/**
 * Installs signal handlers until it is disposed.
 *
 * @param onSignal Called for each signal with the number of signals before it.
 */
export function watchSignals<S extends Deno.Signal>(
  signals: readonly S[],
  onSignal: (signal: S, before: number) => void,
): Disposable {
  let count = 0;
  const installed = signals.flatMap((signal) => {
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
