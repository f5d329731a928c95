/**
 * Decides about mutations: runs the tests that can notice one, the nearest first.
 *
 * @module
 */

import type { Mutation } from "./mutations.ts";
import { runTests } from "./run_tests.ts";
import { isNear, type References, type Suite, suitesFor } from "./suites.ts";
import type { WorkTree } from "./work_tree.ts";

/** What became of a mutation. */
export type Verdict = "caught" | "caught (hang)" | "equivalent" | "survived";

/** A decided mutation. */
export interface Decided {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
  /** The test that failed, the folder that hung, or why nothing changes. */
  readonly by: string;
}

/** A hang is slower than this many times the unchanged tests, plus a constant. */
const HANG_FACTOR = 4;
const HANG_MS = 30_000;

/** Runs of unchanged tests, one of which must pass: on a busy machine a test may fail by itself. */
const MAX_ATTEMPTS = 3;

/** Runs tests on mutated trees, and once on an unchanged one. */
export class Judge {
  readonly #references: References;
  readonly #unchanged: WorkTree;
  readonly #signal: AbortSignal;
  /** Seconds that the unchanged tests of a folder take. */
  readonly #baselines = new Map<string, Promise<number>>();

  constructor(references: References, unchanged: WorkTree, signal: AbortSignal) {
    this.#references = references;
    this.#unchanged = unchanged;
    this.#signal = signal;
  }

  /**
   * Runs the tests of a mutation that is applied to `tree`, until one fails.
   *
   * @param near Runs only the suites that {@linkcode isNear} selects.
   * @throws {Error} When tests fail without any mutation.
   */
  async decide(mutation: Mutation, tree: WorkTree, near: boolean): Promise<Decided> {
    for (const suite of suitesFor(mutation.file, this.#references)) {
      if (near && !isNear(suite, mutation.file)) continue;
      const timeoutMs = HANG_MS + HANG_FACTOR * 1000 * await this.#baseline(suite);
      const outcome = await runTests(tree, suite.tests, timeoutMs, this.#signal);
      if (outcome.kind === "passed") continue;
      const by = outcome.file ? `${outcome.file}: ${outcome.test}` : suite.folder;
      if (outcome.kind === "hung") return { mutation, verdict: "caught (hang)", by };
      // On a busy machine a test may fail by itself: only one that fails twice counts.
      const again = outcome.file === "" ? suite.tests : [outcome.file];
      if ((await runTests(tree, again, timeoutMs, this.#signal)).kind === "passed") continue;
      return { mutation, verdict: "caught", by };
    }
    return { mutation, verdict: "survived", by: "" };
  }

  #baseline({ folder }: Suite): Promise<number> {
    const known = this.#baselines.get(folder);
    if (known !== undefined) return known;
    const running = this.#runUnchanged(folder);
    this.#baselines.set(folder, running);
    return running;
  }

  async #runUnchanged(folder: string): Promise<number> {
    const tests = [...this.#references.keys()].filter((file) =>
      file.startsWith(`${folder}/`) && !file.slice(folder.length + 1).includes("/") &&
      file.endsWith("_test.ts")
    );
    if (tests.length === 0) return 0;
    for (let attempt = 1;; attempt++) {
      const outcome = await runTests(this.#unchanged, tests, 900_000, this.#signal);
      if (outcome.kind === "passed") return outcome.seconds;
      const { kind, file = folder, test = "a test" } = outcome;
      if (attempt < MAX_ATTEMPTS) continue;
      throw new Error(`without any mutation ${file} has ${kind}: ${test}`);
    }
  }
}
