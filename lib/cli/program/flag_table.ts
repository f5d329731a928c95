/**
 * Flags are rows of a table. Parsing, help, environment variables, config keys and completions all
 * come from the same rows, so a new flag needs only a new row.
 *
 * @module
 */

/**
 * The kind of a flag's value: `seconds` may have a fraction, `size` and `rate` a unit, and so may a
 * `span`, whose value is in seconds.
 */
export type FlagKind =
  | "boolean"
  | "string"
  | "number"
  | "size"
  | "rate"
  | "seconds"
  | "span"
  | "choice"
  | "list";

/** One flag. */
export interface FlagRow {
  /** Its long name, without the dashes. */
  readonly name: string;
  /** Its one-letter form, without the dash. */
  readonly short?: string;
  /** The kind of its value; a `list` may be given several times. */
  readonly kind: FlagKind;
  /** Default; absent when computed at run time. */
  readonly default?: boolean | number | string;
  /** The words a `choice` accepts. */
  readonly choices?: readonly string[];
  /** The words that a `number` accepts, too. */
  readonly words?: readonly string[];
  /** The value of the flag alone; another one follows after `=`. @default it needs a value */
  readonly alone?: string;
  /** How many words its value has on the command line; a space joins them. @default 1 */
  readonly valueWords?: 2;
  /** The name of the value in help: `DIR`. */
  readonly placeholder?: string;
  /** One line of help, without a full stop. */
  readonly help: string;
  /** The commands that take it. @default all */
  readonly commands?: readonly string[];
  /** The smallest number that is accepted. @default 0 */
  readonly min?: number;
  /** Whether `--no-NAME` turns it off. */
  readonly negatable?: true;
  /** Can be set on the command line only, not by a variable or a config key. */
  readonly argvOnly?: true;
  /** Its key in the config file. @default the name */
  readonly configKey?: string;
  /** The kind of names that shells complete for its value. */
  readonly completes?: "file" | "dir";
}

/** The type of a flag's value. */
export type ValueOf<R extends FlagRow> = R["kind"] extends "boolean"
  ? (R extends { negatable: true } ? boolean | undefined : boolean)
  : R["kind"] extends "list" ? readonly string[]
  :
    | (R["kind"] extends "choice" ? (R extends { choices: readonly (infer C)[] } ? C : never)
      : R["kind"] extends "string" ? string
      : (R extends { words: readonly (infer W)[] } ? number | W : number))
    | (R extends { default: boolean | number | string } ? never : undefined);

/** The values of all flags of a table, by name. */
export type ValuesOf<T extends readonly FlagRow[]> = {
  readonly [R in T[number] as R["name"]]: ValueOf<R>;
};

/** The environment variable that sets a flag: `FTCLIENT_NO_RESUME`. */
export function envName(program: string, row: FlagRow): string {
  return `${program}_${row.name}`.toUpperCase().replaceAll("-", "_");
}

/** The key that sets a flag in a config file. */
export function configKey(row: FlagRow): string {
  return row.configKey ?? row.name;
}

/** The rows that a command takes; without a command, those that all commands take. */
export function flagsOf(
  flags: readonly FlagRow[],
  command: string | undefined,
): readonly FlagRow[] {
  return flags.filter((row) =>
    row.commands === undefined || (command !== undefined && row.commands.includes(command))
  );
}

/** A flag's long form: `--dir`. */
export function dashed(name: string): string {
  return `--${name}`;
}
