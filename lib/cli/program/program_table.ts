/**
 * What a program is made of: its flags and its commands, as rows.
 *
 * @module
 */

import type { FlagRow } from "./flag_table.ts";
import type { FlagValue } from "./values.ts";

/** One command. `C` is what its program gives it to work with. */
export interface CommandRow<C> {
  /** Its word, or two words for one of a group: `user add`. */
  readonly name: string;
  /** One line for people, no full stop. */
  readonly summary: string;
  /** What follows the word: `NAME…`; empty when nothing may. */
  readonly usage: string;
  /** How many arguments it takes, from least to most. */
  readonly count: readonly [least: number, most: number];
  /**
   * Whether what it prints is all it is for: such a command stops when nobody reads on. Others
   * finish their work.
   */
  readonly answers?: true;
  /** It stands its own signal handlers. */
  readonly ownSignals?: true;
  /** It talks to no server, so it needs no host. */
  readonly offline?: true;
  /** Loads its code; only the command that runs is loaded. */
  readonly load: () => Promise<CommandRun<C>>;
}

/** Runs a command and tells the exit code; refusals are thrown. */
export type CommandRun<C> = (context: C) => Promise<number>;

/** A program: what help, completions, parsing and configuration are made from. */
export interface ProgramTable<C> {
  /** `ftclient` or `ftserver`. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Every flag. */
  readonly flags: readonly FlagRow[];
  /** Every command. */
  readonly commands: readonly CommandRow<C>[];
  /** The command that runs when none is named. */
  readonly defaultCommand?: string;
  /** The name of its config file: `client.json`. */
  readonly configFile: string;
}

/** Where a value came from; the first of these that says something wins. */
export type Source = "flag" | "environment" | "config" | "default";

/** The settings of one run, and where each came from. */
export interface Options<V> {
  readonly values: V;
  readonly sources: Readonly<Record<string, Source>>;
}

/** Settings before they have the type of their table. */
export type AnyValues = Readonly<Record<string, FlagValue>>;
