/**
 * The table of a program: its flags and its commands, as rows.
 *
 * @module
 */

import type { FlagRow } from "./flag_table.ts";
import type { FlagValue } from "./flag_value.ts";

/** One command. `C` is the context it runs with. */
export interface CommandRow<C> {
  /** Its name: one word, or two in a group such as `user add`. */
  readonly name: string;
  /** One line of help, without a full stop. */
  readonly summary: string;
  /** The group of commands that it is listed with in the help of the program. */
  readonly topic: string;
  /** Its arguments in help: `NAME…`; empty when it takes none. */
  readonly usage: string;
  /** How many arguments it takes. */
  readonly count: readonly [min: number, max: number];
  /**
   * Whether its output is its only purpose: such a command stops when the reader of its output has
   * gone, while others finish their work.
   */
  readonly answers?: true;
  /** Installs its own signal handlers. */
  readonly ownSignals?: true;
  /** Connects to no server, so it needs no host. */
  readonly offline?: true;
  /**
   * Its names on a server, each of which may be a URL: all arguments, or the values of `--to` and
   * `--as` and perhaps the last argument. @default it takes none
   */
  readonly onServer?: "arguments" | "target";
  /** Loads its code, which other commands do not need. */
  readonly load: () => Promise<CommandRun<C>>;
}

/** A word of other programs for one of our commands. */
export interface Synonym {
  readonly word: string;
  /** The command that runs. @default none: the word is refused with the `hint` */
  readonly command?: string;
  /** Values of flags that the word stands for, by name. */
  readonly given?: Readonly<Record<string, string>>;
  /** Names the command it stands for in help; says what to type in the refusal. */
  readonly hint: string;
}

/** Runs a command and returns the exit code; throws on failure. */
export type CommandRun<C> = (context: C) => Promise<number>;

/** A program: the source of help, completions, parsing and configuration. */
export interface ProgramTable<C> {
  /** `ftclient` or `ftserver`. */
  readonly name: string;
  /** One line of help. */
  readonly summary: string;
  /** Command lines for a first use, each with what it does; three fit a screen. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Every flag. */
  readonly flags: readonly FlagRow[];
  /** Every command. */
  readonly commands: readonly CommandRow<C>[];
  /** Words that users of other programs type. @default none */
  readonly synonyms?: readonly Synonym[];
  /** The command that runs when none is named. */
  readonly defaultCommand?: string;
  /**
   * Whether a first word that names no command is an argument of the default command, such as the
   * name of a file that exists. @default it never is
   */
  readonly takesWord?: (word: string) => boolean;
  /** The name of its config file: `client.json`. */
  readonly configFile: string;
  /** The hidden command that prints the names on a server for a line. @default there is none */
  readonly completesNames?: string;
}

/** Where a value came from; the first of these that sets it wins. */
export type Source = "flag" | "environment" | "config" | "default";

/** The settings of one run. */
export interface Options<V> {
  readonly values: V;
  /** Where each value came from. */
  readonly sources: Readonly<Record<string, Source>>;
}

/** Settings of any table. */
export type AnyValues = Readonly<Record<string, FlagValue>>;
