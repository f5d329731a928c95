/**
 * A plan as a test sees it: the test sets the rules, also of a running program, and reads the log.
 *
 * @module
 */

import { join } from "node:path";
import type { LogLine, Op, Plan, Rule } from "./plan.ts";

/** A plan on disk, and the log of the program that follows it. */
export class PlanFile {
  /** Its path. */
  readonly path: string;
  readonly #log: string;

  private constructor(path: string) {
    this.path = path;
    this.#log = `${path}.log`;
  }

  /** Creates a plan without rules. */
  static async create(folder: string, name: string): Promise<PlanFile> {
    const file = new PlanFile(join(folder, `${name}.plan`));
    await file.arm([]);
    return file;
  }

  /** Sets the rules from the next operation on, and clears the log. */
  async arm(rules: readonly Rule[]): Promise<void> {
    const plan: Plan = { log: this.#log, rules };
    await Deno.writeTextFile(this.#log, "");
    await Deno.writeTextFile(`${this.path}~`, JSON.stringify(plan));
    await Deno.rename(`${this.path}~`, this.path);
  }

  /** Returns the operations since the rules were set, in order. */
  async ops(): Promise<Op[]> {
    const lines = await this.#lines();
    return lines.filter(({ struck }) => struck === undefined)
      .map(({ op, path, from }) => ({ op, path, ...(from !== undefined && { from }) }));
  }

  /** Returns the number of strikes since the rules were set. */
  async strikes(): Promise<number> {
    return (await this.#lines()).filter(({ struck }) => struck !== undefined).length;
  }

  async #lines(): Promise<LogLine[]> {
    const text = await Deno.readTextFile(this.#log);
    // A program that was killed may have left an incomplete last line.
    return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }
}
