/**
 * What `get` and `put` share: progress while it runs, then results, a summary and the exit code.
 *
 * @module
 */

import { EXIT_CODES, FtError } from "../../base/errors.ts";
import { anySignal } from "../../base/signals.ts";
import type {
  BatchOutcome,
  ExistingTarget,
  OnTransferEvent,
  TransferEvent,
  TransferResult,
} from "../../client/remote/transfer_events.ts";
import { nameFilter } from "../../client/transfer/name_filter.ts";
import type { TransferOptions } from "../../client/remote/transfer_context.ts";
import type { ClientContext } from "./client_context.ts";
import type { ClientValues } from "./client_flags.ts";
import type { Output } from "../terminal/output.ts";
import { showProgress } from "../progress/progress_display.ts";
import type { Source } from "../program/program_table.ts";
import { reportError } from "../terminal/error_report.ts";
import { formatBytes } from "../format/sizes.ts";
import { shellQuote } from "../format/shell_quote.ts";
import { transferLog } from "../log/transfer_log.ts";
import { transferSummary } from "../progress/transfer_summary.ts";

/** A transfer to run. */
export interface TransferRun {
  /** How many names the user gave; what fails of one name alone decides the exit code. */
  readonly names: number;
  /** Whether the same command goes on where this one stopped. */
  readonly resumable: boolean;
  /** Whether stdout carries the content, so that results must not. */
  readonly contentOnStdout: boolean;
  /** Does it. */
  readonly transfer: (onEvent: OnTransferEvent, signal: AbortSignal) => Promise<BatchOutcome>;
}

/**
 * What to do with targets that exist; of two that contradict each other the one nearer to the user
 * wins.
 *
 * @throws `usage` when both were given in one place.
 */
export function existingTarget(
  values: { readonly overwrite: boolean; readonly rename: boolean },
  sources: Readonly<Record<string, Source>>,
): ExistingTarget {
  if (!values.overwrite || !values.rename) {
    return values.overwrite ? "overwrite" : values.rename ? "rename" : "refuse";
  }
  if (sources.overwrite === sources.rename) {
    throw new FtError("usage", "--overwrite and --rename exclude each other", { name: "rename" });
  }
  const order: readonly Source[] = ["flag", "environment", "config", "default"];
  const first = order.find((s) => sources.overwrite === s || sources.rename === s);
  return sources.overwrite === first ? "overwrite" : "rename";
}

/** What the flags say about every file of a transfer. */
export function transferOptions(
  values: ClientValues,
  existing: ExistingTarget,
): TransferOptions & { readonly transfers: number; readonly retries: number } {
  return {
    existing,
    times: !values["no-times"],
    resume: !values["no-resume"],
    compress: values.compress,
    filter: nameFilter(values.include, values.exclude),
    dryRun: values["dry-run"],
    transfers: values.transfers,
    retries: values.retries,
  };
}

/** Prints what a dry run would do. */
function tellPlanned(event: TransferEvent & { kind: "planned" }, out: Output): void {
  const { kind: _, ...facts } = event;
  if (out.json) return out.object({ ...facts, dryRun: true });
  const { op, name, path, bytes, exists } = event;
  const way = op === "get" ? `${name} -> ${path}` : `${path} -> ${name}`;
  out.line(`would ${op} ${way} (${formatBytes(bytes)}${exists ? ", exists" : ""})`);
}

/** The result's line for programs, field by field as the contract has it. */
export function resultObject(result: TransferResult): Record<string, unknown> {
  const { op, name, path, bytes, moved, root, seconds } = result;
  return { op, name, path, bytes, moved, root, seconds: Number(seconds.toFixed(3)) };
}

/** Runs a transfer to its exit code. */
export async function runTransfer(context: ClientContext, run: TransferRun): Promise<number> {
  const started = performance.now();
  const outcome = await transferWithProgress(context, run);
  const seconds = (performance.now() - started) / 1000;
  for (const { error } of outcome.failed) reportError("ftclient", error, context.out);
  for (const line of transferSummary(outcome, seconds)) context.out.notice(...line);
  return exitCodeOf(outcome, run.names);
}

async function transferWithProgress(
  context: ClientContext,
  run: TransferRun,
): Promise<BatchOutcome> {
  const { out, values } = context;
  const signal = run.contentOnStdout ? anySignal(context.signal, out.stdoutClosed) : context.signal;
  using display = showProgress(values.progress, out);
  const logged = transferLog(context.log);
  const onEvent: OnTransferEvent = (event) => {
    logged(event);
    display.onEvent(event);
    if (event.kind === "planned") tellPlanned(event, out);
    if (event.kind === "end" && out.json && !run.contentOnStdout) {
      out.object(resultObject(event));
    }
  };
  try {
    const outcome = await run.transfer(onEvent, signal);
    signal.throwIfAborted();
    return outcome;
  } catch (error) {
    if (run.contentOnStdout) out.stdoutClosed.throwIfAborted();
    if (!context.signal.aborted) throw error;
    const { reason } = context.signal;
    throw run.resumable ? withResumeHint(reason, context.typed) : reason;
  }
}

/** The error of an interrupted transfer, with the command that goes on. */
export function withResumeHint(reason: unknown, typed: readonly string[]): unknown {
  if (!(reason instanceof FtError)) return reason;
  if (reason.code !== "interrupted" && reason.code !== "terminated") return reason;
  const command = shellQuote(["ftclient", ...typed]);
  return new FtError(reason.code, `${reason.message}; resume with: ${command}`);
}

/** The code of one name's error, or of some among several. */
export function exitCodeOf(outcome: BatchOutcome, names: number): number {
  const { failed, done } = outcome;
  if (failed.length === 0) return 0;
  const alone = names === 1 && failed.length === 1 && done.length === 0;
  return alone ? failed[0]!.error.exitCode : EXIT_CODES.partial;
}
