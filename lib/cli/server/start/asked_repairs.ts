/**
 * Repairs that `ftserver scrub --repair` asks a running server for.
 *
 * @module
 */

import { REPAIR_ANSWER_MS } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { within } from "../../../base/signals.ts";

/** `busy` with another file; `running` while this one is repaired: ask again. */
export type RepairState = "busy" | "running" | "repaired" | "damaged";

/** The answer to the name of a file, as JSON. */
export interface RepairAnswer {
  readonly state: RepairState;
  /** Why it stayed damaged. */
  readonly message?: string | undefined;
}

/** Repairs one file at a time, and answers soon even if it takes long. */
export class AskedRepairs {
  readonly #repair: (path: string) => Promise<boolean>;
  #current: { readonly path: string; readonly answer: Promise<RepairAnswer> } | undefined;
  #ended = true;

  constructor(repair: (path: string) => Promise<boolean>) {
    this.#repair = repair;
  }

  /** Begins to repair a file, or says how far it is. @returns A {@linkcode RepairAnswer}. */
  async answer(path: string): Promise<string> {
    const begun = this.#current;
    // Nobody may have asked for the result of the last one.
    if (begun !== undefined && begun.path !== path && !this.#ended) {
      return textOf({ state: "busy" });
    }
    const current = begun?.path === path ? begun : this.#begin(path);
    const answer = await within(current.answer, REPAIR_ANSWER_MS);
    if (answer === "timeout") return textOf({ state: "running" });
    if (this.#current === current) this.#current = undefined;
    return textOf(answer);
  }

  #begin(path: string) {
    this.#ended = false;
    const current = { path, answer: this.#run(path) };
    this.#current = current;
    return current;
  }

  async #run(path: string): Promise<RepairAnswer> {
    try {
      return { state: await this.#repair(path) ? "repaired" : "damaged" };
    } catch (error) {
      return { state: "damaged", message: asFtError(error).message };
    } finally {
      this.#ended = true;
    }
  }
}

const textOf = (answer: RepairAnswer) => JSON.stringify(answer);
