/**
 * The cells of the matrix. A cell combines a kind of work (a get, a put, …), a fault, and the phase of
 * the work in which the fault strikes. It runs in rounds; a round injects the fault once or, in a
 * sweep, many times.
 *
 * @module
 */

import type { Random } from "../testing/random.ts";
import type { System, SystemOptions } from "../testing/programs/system.ts";

/** A requirement of a cell; {@linkcode missing} in needs.ts checks whether the machine meets it. */
export type Need = "linux" | "root" | "tmpfs" | "netem" | "curl";

/** One combination of the matrix. */
export interface Cell {
  /** The protocol of client and server, such as `native`. */
  readonly dialect: string;
  /** The work, such as `put`. */
  readonly work: string;
  /** The fault, such as `kill-server`. */
  readonly fault: string;
  /** The phase of the work, such as `before-commit`. */
  readonly phase: string;
  /** The number of rounds in a full run. */
  readonly rounds: number;
  /** The number of rounds in a quick run; 0 skips the cell. */
  readonly quick: number;
  /** Requirements of the machine. @default none */
  readonly needs?: readonly Need[];
  /** Options of its system. */
  readonly system?: SystemOptions;
  /** Milliseconds until a round counts as hung. @default {60_000} */
  readonly timeoutMs?: number;
  /** It needs the whole machine, so that no other cell runs at the same time. */
  readonly alone?: true;
  /** Runs one round. @throws {Wrong} When something was lost or is not as it must be. */
  run(round: Round): Promise<void>;
}

/** A round of a cell. */
export interface Round {
  /** The number of the round, from 0. */
  readonly number: number;
  /** Whether this is a full run; sweeps take samples in a quick one. */
  readonly full: boolean;
  /** Yields the same numbers for the same seed, cell and round. */
  readonly random: Random;
  /** Returns a running system, which all rounds of the cell share; each must tidy it. */
  system(): Promise<System>;
  /** Counts faults that really happened. @default {1} */
  struck(times?: number): void;
}

/** Returns the name by which a cell is selected. */
export function nameOf({ dialect, work, fault, phase }: Cell): string {
  return `${dialect}/${work}/${fault}/${phase}`;
}
