/**
 * What the matrix is made of. A work (a get, a put, …) is hit by a fault in one of its phases: that
 * is a cell. A cell runs in rounds, and each round does the fault once or, in a sweep, often.
 *
 * @module
 */

import type { Random } from "../testing/random.ts";
import type { System, SystemOptions } from "../testing/programs/system.ts";

/** What a machine must offer for a cell; {@linkcode missing} of needs.ts tells whether it does. */
export type Need = "linux" | "root" | "tmpfs" | "netem";

/** One combination of the matrix. */
export interface Cell {
  /** The protocol that client and server speak, as in `native`. */
  readonly dialect: string;
  /** What is done, as in `put`. */
  readonly work: string;
  /** What goes wrong, as in `kill-server`. */
  readonly fault: string;
  /** Where in the work it does, as in `before-commit`. */
  readonly phase: string;
  /** How often a full run does it. */
  readonly rounds: number;
  /** How often a quick run does it; 0 leaves it out. */
  readonly quick: number;
  /** What the machine must offer. @default nothing */
  readonly needs?: readonly Need[];
  /** How its system is set up. */
  readonly system?: SystemOptions;
  /** Milliseconds a round may take before it counts as hung. @default {60_000} */
  readonly deadlineMs?: number;
  /** It takes all of the machine, so nothing runs beside it. */
  readonly alone?: true;
  /** Does it once. @throws {Wrong} When something was lost, or is not as it must be. */
  run(round: Round): Promise<void>;
}

/** One time that a cell is run. */
export interface Round {
  /** From 0. */
  readonly number: number;
  /** Whether this is a full run; sweeps take samples in a quick one. */
  readonly full: boolean;
  /** The same numbers for the same seed, cell and round. */
  readonly random: Random;
  /** A place with a server that runs: the same for all rounds of a cell, which tidy up. */
  system(): Promise<System>;
  /** Counts faults that really happened. */
  struck(times?: number): void;
}

/** The name by which a cell is chosen and replayed. */
export function nameOf({ dialect, work, fault, phase }: Cell): string {
  return `${dialect}/${work}/${fault}/${phase}`;
}
