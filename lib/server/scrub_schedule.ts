/**
 * Scrubs on a schedule, while a server runs.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { SCRUB_BYTES_PER_SECOND, SCRUB_LOOK_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { RateLimit } from "../base/rate_limit.ts";
import { delay } from "../base/signals.ts";
import type { ScrubbedFile, ScrubContext } from "../service/scrub.ts";
import { readScrub, runScrub } from "./scrub_run.ts";

/** Options of {@linkcode ScrubSchedule}. */
export interface ScrubScheduleOptions {
  /** The state folder. */
  readonly state: string;
  /** Milliseconds from the end of a scrub to the next one. */
  readonly everyMs: number;
  readonly log: Logger;
}

/** Scrubs all content again and again. Disposing it interrupts a scrub, which is continued later. */
export class ScrubSchedule implements AsyncDisposable {
  readonly #context: ScrubContext;
  readonly #options: ScrubScheduleOptions;
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;

  constructor(context: ScrubContext, options: ScrubScheduleOptions) {
    this.#context = context;
    this.#options = options;
    this.#done = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        if (this.#isDue()) await this.#scrub();
        await delay(SCRUB_LOOK_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        const { code, message } = asFtError(error);
        this.#options.log.error("scrub.failed", { code, message });
        await delay(SCRUB_LOOK_MS, signal).catch(() => {});
      }
    }
  }

  #isDue(): boolean {
    const { endedMs } = readScrub(this.#options.state) ?? {};
    // A clock that was set back must not end the scrubs.
    return endedMs === undefined || Math.abs(Date.now() - endedMs) >= this.#options.everyMs;
  }

  async #scrub(): Promise<void> {
    const { log, state } = this.#options;
    const { files, bytes, damaged, repaired, unreadable, recorded } = await runScrub(
      this.#context,
      {
        ...{ state, path: ".", signal: this.#stopped.signal },
        rate: new RateLimit(SCRUB_BYTES_PER_SECOND),
        onFile: (file) => this.#logFault(file),
      },
    );
    const level = damaged + unreadable > 0 ? "error" : "info";
    log[level]("scrub.end", { files, bytes, damaged, repaired, unreadable, recorded });
  }

  #logFault({ path, state, blocks, error }: ScrubbedFile): void {
    const { log } = this.#options;
    const facts = { name: path, blocks: blocks?.join(" ") };
    if (state === "damaged") log.error("scrub.damaged", { ...facts, message: error?.message });
    if (state === "repaired") log.warning("scrub.repaired", facts);
    if (state === "unreadable") {
      log.error("scrub.unreadable", { name: path, message: error?.message });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new FtError("interrupted", "the server stops"));
    await this.#done;
  }
}
