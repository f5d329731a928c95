/**
 * Keeps a folder on a server equal to a local one: `watch`.
 *
 * @module
 */

import { type FtError, hasCode, isInterruption } from "../../../base/errors.ts";
import {
  MAX_RETRIED_PATHS,
  MAX_WATCH_UPLOADS,
  WATCH_POLL_MS,
  WATCH_RESCAN_MS,
} from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { backoffMs } from "../../../base/retry.ts";
import { Semaphore } from "../../../base/semaphore.ts";
import { delay, MAX_DELAY_MS } from "../../../base/signals.ts";
import type { OpenRemote } from "../../remote/open.ts";
import { SharedRemote } from "../../remote/shared_remote.ts";
import type { BatchOutcome, FailedName } from "../../remote/transfer_events.ts";
import { putFiles } from "../put/put_files.ts";
import { ChangedPaths } from "./changed_paths.ts";
import { FolderEvents, type FolderListener } from "./folder_events.ts";
import { moveRenamed, Renames } from "./renames.ts";
import { watchedUpload, type WatchListener, type WatchRequest } from "./watch_request.ts";

/**
 * Watches a folder until the signal is aborted.
 *
 * @param open Connects once.
 * @throws The signal's reason; an error that no later attempt can help, such as a login that was
 *   refused; the error of the first connection.
 */
export async function watchFolder(
  open: OpenRemote,
  request: WatchRequest,
  listener: WatchListener,
  signal: AbortSignal,
): Promise<never> {
  await using shared = new SharedRemote(() => open());
  using watch = new Watch(shared, request, listener, signal);
  return await watch.run();
}

/** @throws The first error if every file was refused for want of permission. */
function requireAnyAllowed([first, ...others]: BatchOutcome["failed"]): void {
  const refused = ({ error, leftOut }: FailedName) => error.code === "not_allowed" && !leftOut;
  if (first !== undefined && [first, ...others].every(refused)) throw first.error;
}

class Watch implements FolderListener, Disposable {
  readonly #shared: SharedRemote;
  readonly #request: WatchRequest;
  readonly #listener: WatchListener;
  readonly #signal: AbortSignal;
  readonly #changes = new ChangedPaths();
  readonly #renames = new Renames();
  /** Attempts in a row that failed, by path. */
  readonly #failures = new Map<string, number>();
  #events: FolderEvents | undefined;
  #polls = false;
  #wake = Promise.withResolvers<void>();
  #lookedMs = -Infinity;
  /** Before which nothing is sent, as the last attempt failed. */
  #notBeforeMs = 0;
  #attempt = 0;
  #met = false;
  #files = 0;

  constructor(
    shared: SharedRemote,
    request: WatchRequest,
    listener: WatchListener,
    signal: AbortSignal,
  ) {
    this.#shared = shared;
    this.#request = request;
    this.#listener = listener;
    this.#signal = signal;
  }

  async run(): Promise<never> {
    const failed = new AbortController();
    const running = new Set<Promise<void>>();
    try {
      return await this.#loop(failed, running);
    } finally {
      await Promise.all(running);
    }
  }

  async #loop(failed: AbortController, running: Set<Promise<void>>): Promise<never> {
    const crew = new Semaphore(MAX_WATCH_UPLOADS);
    while (true) {
      this.#watch();
      await this.#untilDue(failed.signal);
      const slot = await crew.acquire(failed.signal);
      const due = this.#changes.take(performance.now());
      // A large file does not hold up what changes while it is sent.
      const sending = this.#send(due).catch((error) => failed.abort(error)).finally(() => {
        slot[Symbol.dispose]();
        running.delete(sending);
        if (due !== "all") this.#changes.giveBack(due);
        this.#wake.resolve();
      });
      running.add(sending);
      if (due === "all") await sending;
    }
  }

  changed(rest: string): void {
    this.#changes.note(rest, performance.now());
    this.#wake.resolve();
  }

  renamed(from: string, to: string): void {
    this.#renames.note(from, to);
  }

  lost(): void {
    this.#changes.noteAll();
    this.#wake.resolve();
  }

  failed(error: Error): void {
    this.#events?.[Symbol.dispose]();
    this.#events = undefined;
    if (!this.#polls) this.#listener.onState({ kind: "polling", error: asFtError(error) });
    this.#polls = true;
    this.#wake.resolve();
  }

  /** Watches the folder, and again if another has its name by now. */
  #watch(): void {
    const { source, ignored } = this.#request;
    if (this.#polls || this.#events?.isStale(source) === false) return;
    this.#events?.[Symbol.dispose]();
    this.#events = undefined;
    try {
      this.#events = new FolderEvents(source, this, ignored);
    } catch (error) {
      // A folder that is missing is reported by the attempt to send it.
      if (!hasCode(error, "not_found")) this.failed(asFtError(error));
    }
    this.#changes.noteAll();
  }

  async #untilDue(failed: AbortSignal): Promise<void> {
    const rescanMs = this.#lookedMs +
      (this.#events === undefined ? WATCH_POLL_MS : WATCH_RESCAN_MS);
    while (true) {
      failed.throwIfAborted();
      this.#signal.throwIfAborted();
      const nowMs = performance.now();
      if (nowMs >= rescanMs && !this.#changes.all) this.#changes.noteAll();
      const ownMs = nowMs + this.#changes.waitMs(nowMs);
      const dueMs = this.#changes.all ? ownMs : Math.min(ownMs, rescanMs);
      const waitMs = Math.max(dueMs, this.#notBeforeMs) - nowMs;
      if (waitMs <= 0) return;
      await this.#sleep(waitMs);
    }
  }

  /** Waits, or until something changes. */
  async #sleep(ms: number): Promise<void> {
    using stack = new DisposableStack();
    const woken = new AbortController();
    stack.defer(() => woken.abort());
    const timer = delay(Math.min(ms, MAX_DELAY_MS), AbortSignal.any([this.#signal, woken.signal]));
    timer.catch(() => {});
    await Promise.race([timer, this.#wake.promise]);
    this.#wake = Promise.withResolvers();
  }

  async #send(due: "all" | readonly string[]): Promise<void> {
    const all = due === "all";
    if (!all && due.length === 0) return;
    this.#listener.onState({ kind: "sending", paths: all ? undefined : due.length });
    try {
      if (all) this.#renames.clear();
      else await this.#move(due);
      const only = all ? undefined : due;
      const upload = watchedUpload(this.#request, { only, names: this.#files });
      const outcome = await putFiles(
        () => this.#shared.lend(),
        upload,
        this.#listener.onEvent,
        this.#signal,
      );
      this.#settle(outcome, all);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#waitAfter(asFtError(error));
    }
  }

  async #move(due: readonly string[]): Promise<void> {
    const renames = this.#renames.take(due);
    const { filter = () => true } = this.#request;
    const taken = renames.filter(([from, to]) => filter(from) && filter(to));
    if (taken.length === 0) return;
    await using remote = await this.#shared.lend();
    await moveRenamed(remote.files, this.#request, taken, { signal: this.#signal });
  }

  #settle(outcome: BatchOutcome, all: boolean): void {
    const { source } = this.#request;
    const { done, failed } = outcome;
    const missing = failed.find(({ name, error }) => name === source && error.code === "not_found");
    if (missing !== undefined) return this.#waitAfter(missing.error);
    if (!this.#met && done.length === 0) requireAnyAllowed(failed);
    this.#met = true;
    if (failed.length <= MAX_RETRIED_PATHS) this.#attempt = 0;
    if (all) this.#lookedMs = performance.now();
    this.#files = all ? done.length : Math.max(this.#files, done.length);
    this.#retry(outcome, all);
    // How many names there are in all, only a look at everything can tell.
    if (!all && hasCode(outcome.refused, "limit")) return this.lost();
    this.#listener.onOutcome(outcome);
    const isEqual = failed.length === 0 && outcome.refused === undefined;
    if (isEqual && this.#changes.waitMs(performance.now()) === Infinity) {
      this.#listener.onState({ kind: "equal", files: all ? done.length : undefined });
    }
  }

  /** Tries again, later and later, what failed; entries that cannot be carried stay left out. */
  #retry({ done, failed }: BatchOutcome, all: boolean): void {
    if (all) this.#failures.clear();
    if (failed.length > MAX_RETRIED_PATHS) {
      this.#notBeforeMs = performance.now() + backoffMs(++this.#attempt);
      return this.#changes.noteAll();
    }
    for (const { path } of done) this.#failures.delete(this.#restOf(path));
    for (const { name, leftOut } of failed) {
      const rest = this.#restOf(name);
      if (leftOut || rest === "") continue;
      const count = (this.#failures.get(rest) ?? 0) + 1;
      this.#failures.set(rest, count);
      this.#changes.retry(rest, performance.now(), backoffMs(count));
    }
  }

  /** The path below the folder, of a local path or a name on the server. */
  #restOf(name: string): string {
    const { source, target } = this.#request;
    for (const top of [source, target]) {
      if (top === ".") return name;
      const prefix = top.endsWith("/") ? top : `${top}/`;
      if (name.startsWith(prefix)) return name.slice(prefix.length);
    }
    return "";
  }

  /** Waits before the next attempt, which looks at everything. @throws If none can help. */
  #waitAfter(error: FtError): void {
    if (isInterruption(error) || !this.#mayPass(error)) throw error;
    this.#changes.noteAll();
    // Attempts that ran at the same time fail together.
    if (this.#notBeforeMs > performance.now()) return;
    const waitMs = Math.max(backoffMs(++this.#attempt), error.retryAfterMs ?? 0);
    this.#notBeforeMs = performance.now() + waitMs;
    this.#listener.onState({ kind: "waiting", error, waitMs });
  }

  #mayPass(error: FtError): boolean {
    if (error.code === "not_found" || error.code === "disk_full") return this.#met;
    return this.#met && (error.retryable || error.code === "limit");
  }

  [Symbol.dispose](): void {
    this.#events?.[Symbol.dispose]();
  }
}
