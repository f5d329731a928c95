/**
 * The plans of a download that is mirrored.
 *
 * @module
 */

import type { NameFilter } from "../../remote/transfer_context.ts";
import type { GetPlan } from "../../remote/transfers.ts";
import type { BatchRun } from "../batch_run.ts";
import { type LocalExtra, LocalMirrorTarget } from "./local_target.ts";
import { Mirror, type MirrorOptions } from "./mirror.ts";

/** The mirror that a download asks for. */
export interface MirroredRequest {
  readonly mirror?: MirrorOptions | undefined;
  readonly filter?: NameFilter | undefined;
}

/** Collects the plans of names on the server. */
export class MirroredPlans {
  readonly #kept = new Set<string>();
  /** The names of the folders on the server that go to a local one. */
  readonly #tops = new Map<string, string[]>();

  /** Adds the plan of a name. */
  add(name: string, { jobs, equal = [], folders }: GetPlan): void {
    for (const { target } of jobs) this.#kept.add(target);
    for (const { target } of equal) this.#kept.add(target);
    for (const folder of folders) this.#kept.add(folder);
    const [top] = folders;
    if (top === undefined) return;
    this.#tops.set(top, [...this.#tops.get(top) ?? [], name]);
  }

  /**
   * Looks for what the local folders have in addition.
   *
   * @returns `undefined` if nothing is mirrored, or none of the folders exists yet.
   */
  async mirror(
    run: BatchRun,
    { mirror: options = {}, filter }: MirroredRequest,
  ): Promise<Mirror<LocalExtra> | undefined> {
    if (this.#tops.size === 0) return undefined;
    const download = { tops: this.#tops, kept: this.#kept, filter };
    const target = new LocalMirrorTarget(run, download, options);
    const mirror = new Mirror(run, options, target);
    await mirror.look();
    return mirror;
  }
}
