/**
 * Runs the transfer of `get` and `put`: shows progress, then results, a summary and errors.
 *
 * @module
 */

import { EXIT_CODES, FtError, isInterruption } from "../../base/errors.ts";
import { anySignal } from "../../base/signals.ts";
import type {
  BatchOutcome,
  OnTransferEvent,
  TransferEvent,
  TransferResult,
} from "../../client/remote/transfer_events.ts";
import type { GlobFilter } from "../../client/transfer/name_filter.ts";
import { hideToken } from "../../net/address.ts";
import { shellQuote } from "../format/shell_quote.ts";
import { formatBytes } from "../../base/format_bytes.ts";
import { transferLog } from "../log/transfer_log.ts";
import { showProgress } from "../progress/progress_display.ts";
import { transferSummary } from "../progress/transfer_summary.ts";
import { EXISTING_CHOICES, reportError } from "../terminal/error_report.ts";
import { paint } from "../terminal/output.ts";
import type { ClientContext } from "./client_context.ts";
import { printRemoved, printUnwanted } from "./removed_names.ts";
import { unmatchedGlobs } from "./unmatched_globs.ts";

/** A transfer to run. */
export interface TransferRun {
  /** The standard stream that carries the content, if not files do. */
  readonly pipe: "stdin" | "stdout" | undefined;
  /** Chooses the files. @default all */
  readonly filter?: GlobFilter;
  /** Transfers the files. */
  readonly transfer: (onEvent: OnTransferEvent, signal: AbortSignal) => Promise<BatchOutcome>;
  /** Runs after a transfer without failures. @default nothing is left to do */
  readonly then?: ((outcome: BatchOutcome) => Promise<void>) | undefined;
}

/** Prints what a dry run would do. */
function printPlanned(
  event: TransferEvent & { kind: "planned" },
  { out, values }: Pick<ClientContext, "out" | "values">,
): void {
  const { kind: _, ...fields } = event;
  const { op, name, path, bytes, exists, equal } = fields;
  const paths = op === "get" ? `${name} -> ${path}` : `${path} -> ${name}`;
  const [does, why] = !exists
    ? [op, ""]
    : equal
    ? ["skip", ", the same content is there"]
    : values.overwrite
    ? ["replace", ", other content is there"]
    : values.rename
    ? [op, ", under another name"]
    : ["refuse", `, exists: ${EXISTING_CHOICES}`];
  out.result({ ...fields, dryRun: true }, `would ${does} ${paths} (${formatBytes(bytes)}${why})`);
}

/** A result as an object of `--json`; programs rely on its fields and their order. */
export function resultObject(result: TransferResult): Record<string, unknown> {
  const { op, name, path, bytes, moved, root, seconds } = result;
  return { op, name, path, bytes, moved, root, seconds: Number(seconds.toFixed(3)) };
}

/** Runs a transfer. @returns The exit code. */
export async function runTransfer(context: ClientContext, run: TransferRun): Promise<number> {
  const started = performance.now();
  const outcome = await transferWithProgress(context, run);
  const seconds = (performance.now() - started) / 1000;
  for (const { error } of outcome.failed) reportError("ftclient", error, context.out);
  if (outcome.refused !== undefined) reportError("ftclient", outcome.refused, context.out);
  const unmatched = run.filter === undefined ? [] : unmatchedGlobs(context, run.filter, outcome);
  for (const text of unmatched) context.out.notice(paint("yellow", text));
  for (const line of transferSummary(outcome, seconds)) context.out.notice(...line);
  const code = exitCodeOf(outcome, context.args.length);
  if (code === 0) await run.then?.(outcome);
  return code;
}

async function transferWithProgress(
  context: ClientContext,
  { pipe, transfer }: TransferRun,
): Promise<BatchOutcome> {
  const { out, values } = context;
  const toStdout = pipe === "stdout";
  const signal = toStdout ? anySignal(context.signal, out.stdoutClosed) : context.signal;
  using display = showProgress(values.progress, out);
  const logEvent = transferLog(context.log);
  const onEvent: OnTransferEvent = (event) => {
    logEvent(event);
    display.onEvent(event);
    if (event.kind === "planned") printPlanned(event, context);
    if (event.kind === "unwanted") printUnwanted(event, out);
    if (event.kind === "removed") printRemoved(event, out);
    if (event.kind === "end" && event.root !== "") {
      out.detail(`${event.name}: root ${event.root}`);
    }
    if (event.kind === "end" && event.moved === 0 && event.bytes > 0) {
      out.detail(`${event.name}: not moved, as the same content is there already`);
    }
    if (event.kind === "end" && out.json && !toStdout) out.object(resultObject(event));
  };
  try {
    const outcome = await transfer(onEvent, signal);
    signal.throwIfAborted();
    return outcome;
  } catch (error) {
    if (toStdout) out.stdoutClosed.throwIfAborted();
    if (!context.signal.aborted) throw error;
    const { reason } = context.signal;
    throw pipe === undefined && canResume(context) ? withResumeHint(reason, context.typed) : reason;
  }
}

/** Whether the same command resumes; a host that pins a legacy dialect has no resume. */
function canResume({ values: { "no-resume": noResume, host = "" } }: ClientContext): boolean {
  return !noResume && !host.startsWith("ft+");
}

/** Adds the command that resumes to the error of an interrupt. */
function withResumeHint(reason: unknown, typed: readonly string[]): unknown {
  if (!isInterruption(reason)) return reason;
  const command = shellQuote(["ftclient", ...typed.map(hideToken)]);
  return new FtError(reason.code, `${reason.message}; resume with: ${command}`);
}

/**
 * The exit code of a single name's error, 23 for some of several files, or that of the reason why a
 * mirror removed nothing.
 */
export function exitCodeOf({ failed, done, refused }: BatchOutcome, names: number): number {
  if (failed.length === 0) return refused?.exitCode ?? 0;
  const single = names === 1 && failed.length === 1 && done.length === 0 && !failed[0]!.leftOut;
  return single ? failed[0]!.error.exitCode : EXIT_CODES.partial;
}
