/**
 * The harness's side of a plan: gives it to a program, also one that runs, and reads what became of
 * it.
 *
 * @module
 */

import { join } from "node:path";
import type { LogLine, Op, Plan, Rule } from "./plan.ts";

/** A plan on the disk, and the log of the program that follows it. */
export class PlanFile {
  /** Its path. */
  readonly path: string;
  readonly #log: string;

  private constructor(path: string) {
    this.path = path;
    this.#log = `${path}.log`;
  }

  /** Makes a plan without rules. */
  static async create(folder: string, name: string): Promise<PlanFile> {
    const file = new PlanFile(join(folder, `${name}.plan`));
    await file.arm([]);
    return file;
  }

  /** Puts rules in force, from the next operation on; the log begins anew. */
  async arm(rules: readonly Rule[]): Promise<void> {
    const plan: Plan = { log: this.#log, rules };
    await Deno.writeTextFile(this.#log, "");
    await Deno.writeTextFile(`${this.path}~`, JSON.stringify(plan));
    await Deno.rename(`${this.path}~`, this.path);
  }

  /** The operations since then, in order. */
  async ops(): Promise<Op[]> {
    const lines = await this.#lines();
    return lines.filter(({ struck }) => struck === undefined)
      .map(({ op, path, from }) => ({ op, path, ...(from !== undefined && { from }) }));
  }

  /** How often a rule struck since then. */
  async strikes(): Promise<number> {
    return (await this.#lines()).filter(({ struck }) => struck !== undefined).length;
  }

  async #lines(): Promise<LogLine[]> {
    const text = await Deno.readTextFile(this.#log);
    // The last line of one that was killed may be torn.
    return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }
}
