/**
 * Removes what the target of a transfer has and its source does not: `--delete`. What is to be
 * removed is found before the first file moves, so that nothing is removed that others put there
 * meanwhile, and removed when everything else has succeeded.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { MAX_MIRROR_REMOVALS } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { type BatchRun, endsBatch } from "../batch_run.ts";

/** How much a mirror removes, and how. */
export interface MirrorOptions {
  /** Names to remove at most. @default 1,000, or half of the names in the target if that is less */
  readonly maxRemoved?: number | undefined;
  /** Whether local files are removed for good. @default they are moved to a folder beside the target */
  readonly forever?: boolean;
  /** The names in the target, where the transfer is limited to a part of it. @default those found */
  readonly names?: number | undefined;
  /** Whether a source was refused before the transfer, so that nothing is removed. @default {false} */
  readonly incomplete?: boolean;
}

/** A file or folder of the target that the source does not have. */
export interface Extra {
  /** The name that it has on the server, or would have there. */
  readonly name: string;
  /** The local path, if the target is local. */
  readonly path?: string;
}

/** The names in a target. */
export interface Extras<E extends Extra> {
  /** Those that the source does not have; the contents of a folder come before the folder. */
  readonly extras: readonly E[];
  /** The number of all names in the target. */
  readonly names: number;
}

/** The target of a mirror. */
export interface MirrorTarget<E extends Extra> {
  /** Its name in messages. */
  readonly title: string;
  /** Finds what the source does not have. @throws If the target cannot be read completely. */
  find(): Promise<Extras<E>>;
  /**
   * Removes it, except what has changed since it was found, or the source has by now. What stays is
   * reported to the run as failed.
   *
   * @throws If nothing was removed, because something is not as it was.
   */
  remove(extras: readonly E[]): Promise<void>;
}

/** The removals of one run. */
export class Mirror<E extends Extra> {
  readonly #run: BatchRun;
  readonly #options: MirrorOptions;
  readonly #target: MirrorTarget<E>;
  #found: Extras<E> = { extras: [], names: 0 };
  #refused = false;

  constructor(run: BatchRun, options: MirrorOptions, target: MirrorTarget<E>) {
    this.#run = run;
    this.#options = options;
    this.#target = target;
  }

  /** Looks for what is to be removed, before the first file moves. */
  async look(): Promise<void> {
    if (this.#incomplete()) return;
    await this.#guarded(async () => void (this.#found = await this.#target.find()));
  }

  /** Reports what would be removed. */
  async report(): Promise<void> {
    if (this.#incomplete()) return;
    for (const { name, path } of this.#found.extras) this.#run.unwanted(name, path);
    await this.#guarded(() => Promise.resolve(this.#requireFewEnough()));
  }

  /** Removes it, unless a file has failed. */
  async finish(): Promise<void> {
    const { extras } = this.#found;
    if (this.#incomplete() || extras.length === 0) return;
    await this.#guarded(async () => {
      this.#requireFewEnough();
      await this.#target.remove(extras);
    });
  }

  /** Whether nothing may be removed because the source is not known completely, or a file failed. */
  #incomplete(): boolean {
    if (this.#refused) return true;
    const failed = this.#run.outcome.failed.length;
    if (failed === 0 && !this.#options.incomplete) return false;
    const names = failed === 1 ? "1 name" : `${failed} names`;
    const why = failed === 0 ? "a source was refused" : `${names} failed or were left out`;
    this.#refuse(new FtError("partial", `nothing was removed from ${this.#target.title}: ${why}`));
    return true;
  }

  #requireFewEnough(): void {
    const { extras: { length } } = this.#found;
    const names = Math.max(this.#found.names, this.#options.names ?? 0);
    const half = Math.floor(names / 2);
    const { maxRemoved = Math.min(MAX_MIRROR_REMOVALS, half) } = this.#options;
    if (length <= maxRemoved) return;
    const all = `${length} of ${names} names would be`;
    throw new FtError(
      "limit",
      `${all}, more than ${maxRemoved} (--max-delete ${length} allows it)`,
    );
  }

  /** Runs a step whose failure means that nothing is removed. */
  async #guarded(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      this.#run.context.signal?.throwIfAborted();
      const error = asFtError(thrown);
      if (endsBatch(error)) throw error;
      const { code, message, subject: name, parts } = error;
      const text = `nothing was removed from ${this.#target.title}: ${message}`;
      this.#refuse(new FtError(code, text, { name, parts, cause: error }));
    }
  }

  #refuse(error: FtError): void {
    this.#refused = true;
    this.#run.refused(error);
  }
}
