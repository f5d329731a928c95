/**
 * Runs the transfers of one command and collects their outcomes.
 *
 * @module
 */

import { type FtError, isInterruption } from "../../base/errors.ts";
import { groupedByKey } from "../../base/grouped.ts";
import {
  BATCH_BYTES,
  BLOCK_BYTES,
  MAX_BATCH_FILES,
  SHORT_TRANSFERS_A_SLOT,
} from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { forEachBounded } from "../../base/pipeline.ts";
import { Link } from "../remote/link.ts";
import { Progress } from "../remote/progress.ts";
import type { Remote } from "../remote/remote.ts";
import {
  type TransferContext,
  transferContext,
  type TransferOptions,
} from "../remote/transfer_context.ts";
import type {
  BatchOutcome,
  FailedName,
  OnTransferEvent,
  RemovedName,
  TransferOp,
  TransferResult,
} from "../remote/transfer_events.ts";
import type {
  GroupTransfers,
  JobOutcome,
  TransferRequest,
  Transfers,
} from "../remote/transfers.ts";
import { folderOf } from "./local_path.ts";

/** The options of a whole command. */
export interface BatchOptions extends TransferOptions {
  /** Transfers at once. */
  readonly transfers: number;
  /** Attempts to reconnect. @default {0} */
  readonly retries?: number;
}

/** A file to transfer. */
interface Job {
  /** The name on the server. */
  readonly name: string;
  /** The local path of an upload, under which its failure is reported. */
  readonly source?: string;
  readonly bytes: number | undefined;
}

/** Whether a file is a single block. */
function isShort({ bytes = Infinity }: Job): boolean {
  return bytes <= BLOCK_BYTES;
}

/**
 * Errors that end the whole command, because no other file could succeed. A `protocol` error with a
 * name is about a file that the dialect cannot carry, such as a binary one over `json`.
 */
export function endsBatch(error: FtError): boolean {
  if (error.code === "protocol" && error.subject !== undefined) return false;
  return isInterruption(error) || ["network", "tls", "protocol"].includes(error.code);
}

/** The transfers of one command. Disposing it disconnects. */
export class BatchRun implements AsyncDisposable {
  readonly link: Link;
  readonly context: TransferContext;
  readonly #op: TransferOp;
  readonly #width: number;
  readonly #done: TransferResult[] = [];
  readonly #failed: FailedName[] = [];
  readonly #removed: RemovedName[] = [];
  #refused: FtError | undefined;

  /** @param open Connects once. */
  constructor(
    op: TransferOp,
    open: () => Promise<Remote>,
    options: BatchOptions,
    onEvent: OnTransferEvent,
    signal: AbortSignal | undefined,
  ) {
    this.#op = op;
    this.#width = options.transfers;
    this.link = new Link(open, { retries: options.retries ?? 0, onEvent, signal });
    this.context = transferContext(options, onEvent, signal);
  }

  /** Records a file that is in place. */
  done(result: TransferResult): void {
    this.#done.push(result);
    this.context.onEvent({ kind: "end", ...result });
  }

  /**
   * Records a file that failed; the others continue.
   *
   * @throws The error itself if it ends the command.
   */
  failed(name: string, cause: unknown): void {
    const error = asFtError(cause, undefined, name);
    if (endsBatch(error)) throw error;
    this.#fail({ name, error });
  }

  /** Records entries of a tree that are left out; its other files continue. */
  leftOut(entries: readonly Omit<FailedName, "leftOut">[]): void {
    for (const entry of entries) this.#fail({ ...entry, leftOut: true });
  }

  /** Records what was removed from the target, as the source does not have it. */
  removed(removed: RemovedName): void {
    this.#removed.push(removed);
    this.context.onEvent({ kind: "removed", ...removed });
  }

  /** Reports what would be removed from the target. */
  unwanted(name: string, path?: string): void {
    this.context.onEvent({ kind: "unwanted", op: this.#op, name, path });
  }

  /** Records why nothing was removed. */
  refused(error: FtError): void {
    this.#refused = error;
  }

  #fail(failed: FailedName): void {
    this.#failed.push(failed);
    const { name, error } = failed;
    this.context.onEvent({ kind: "failed", op: this.#op, name, error });
  }

  /** The outcome of all files. */
  get outcome(): BatchOutcome {
    const [done, failed, removed] = [this.#done, this.#failed, this.#removed];
    return { done, failed, removed, refused: this.#refused };
  }

  /** The progress of one file; moved content also resets the link's attempts. */
  progress({ name, bytes }: Job): Progress {
    return new Progress(this.link.watching(this.context.onEvent), this.#op, name, bytes);
  }

  /**
   * Runs transfers one by one, several at once, each over as many connections as it takes. Files of a
   * single block wait for answers most of the time, so they come first, and more of them at once.
   */
  async each<J extends Job>(
    jobs: readonly J[],
    transfer: (transfers: Transfers, request: J & TransferRequest) => Promise<TransferResult>,
  ): Promise<void> {
    const { signal } = this.context;
    const run = async (job: J) => {
      const request = { ...job, context: this.context, progress: this.progress(job) };
      try {
        this.done(
          await this.link.use(({ transfers }) => {
            request.progress.restart();
            return transfer(transfers, request);
          }),
        );
      } catch (error) {
        this.failed(job.source ?? job.name, error);
      }
    };
    const short = await this.#sharesConnection(jobs) ? jobs.filter(isShort) : [];
    await forEachBounded(short, this.#width * SHORT_TRANSFERS_A_SLOT, run, signal);
    const others = short.length === 0 ? jobs : jobs.filter((job) => !isShort(job));
    await forEachBounded(others, this.#width, run, signal);
  }

  /** Whether many transfers have one connection; elsewhere each of them has its own. */
  async #sharesConnection(jobs: readonly Job[]): Promise<boolean> {
    if (jobs.length <= this.#width) return false;
    return await this.link.use(({ transfers }) => Promise.resolve(transfers.groups !== undefined));
  }

  /**
   * Runs small transfers in groups: those to new names, and if existing files are overwritten, those
   * to their names.
   *
   * @param kind Tells what the target of a job is, and which jobs are transferred by themselves.
   * @returns The jobs that need a transfer of their own.
   */
  async smallFirst<J extends Job>(
    jobs: readonly J[],
    kind: (job: J) => "new" | "existing" | "alone",
    transfer: (
      groups: GroupTransfers,
      group: readonly J[],
      replace: boolean,
    ) => AsyncIterable<JobOutcome<J>>,
  ): Promise<J[]> {
    const { new: fresh = [], existing = [], alone = [] } = Object.groupBy(jobs, kind);
    const left = await this.groups(fresh, (groups, group) => transfer(groups, group, false));
    if (this.context.options.existing !== "overwrite") return [...alone, ...existing, ...left];
    const kept = await this.groups(existing, (groups, group) => transfer(groups, group, true));
    return [...alone, ...left, ...kept];
  }

  /**
   * Runs small transfers in groups.
   *
   * @returns The jobs that need a transfer of their own after all.
   */
  async groups<J extends Job>(
    jobs: readonly J[],
    transfer: (groups: GroupTransfers, group: readonly J[]) => AsyncIterable<JobOutcome<J>>,
  ): Promise<J[]> {
    const open = new Set(jobs);
    // A folder that is in one group can be written as a whole.
    const groups = groupedByKey(
      ...[jobs, MAX_BATCH_FILES, BATCH_BYTES] as const,
      ({ bytes }) => bytes ?? 0,
      ({ name }) => folderOf(name),
    );
    const run = (group: readonly J[]) =>
      this.link.use(async (remote) => {
        if (remote.transfers.groups === undefined) return;
        const left = group.filter((job) => open.has(job));
        for await (const outcome of transfer(remote.transfers.groups, left)) {
          this.link.progressed();
          open.delete(outcome.job);
          this.#settle(outcome);
        }
      });
    await forEachBounded(groups, this.#width, run, this.context.signal);
    return [...open];
  }

  #settle<J extends Job>(outcome: JobOutcome<J>): void {
    const { job } = outcome;
    if ("result" in outcome) this.done(outcome.result);
    else this.failed(job.source ?? job.name, outcome.error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]();
    this.context[Symbol.dispose]();
  }
}
