/**
 * Flags are rows of a table. Parsing, help, environment names, config keys and completions are all
 * made from the same rows, so a new flag is a new row and nothing else.
 *
 * @module
 */

/** What a flag's value is: `seconds` may be a fraction, `size` and `rate` take `K M G Ki Mi Gi`. */
export type FlagKind =
  | "boolean"
  | "string"
  | "number"
  | "size"
  | "rate"
  | "seconds"
  | "choice"
  | "list";

/** One flag. */
export interface FlagRow {
  /** Its long name, without the dashes. */
  readonly name: string;
  /** Its letter. */
  readonly short?: string;
  /** What its value is; a `list` may be given several times. */
  readonly kind: FlagKind;
  /** What it is when nobody says; absent when the program works it out or it stays unset. */
  readonly default?: boolean | number | string;
  /** The words a `choice` accepts. */
  readonly choices?: readonly string[];
  /** What stands for the value in help: `DIR`. */
  readonly placeholder?: string;
  /** One line for people, no full stop. */
  readonly help: string;
  /** The commands that take it; absent: every one. */
  readonly commands?: readonly string[];
  /** The least number that is accepted. @default 0 */
  readonly min?: number;
  /** Whether `--no-NAME` says the opposite. */
  readonly negatable?: true;
  /** Set on the command line only: no environment name and no config key. */
  readonly argvOnly?: true;
  /** Its key in the config file. @default the name */
  readonly configKey?: string;
  /** What a shell completes for its value. */
  readonly completes?: "file" | "dir";
}

/** The type of a flag's value. */
export type ValueOf<R extends FlagRow> = R["kind"] extends "boolean"
  ? (R extends { negatable: true } ? boolean | undefined : boolean)
  : R["kind"] extends "list" ? readonly string[]
  :
    | (R["kind"] extends "choice" ? (R extends { choices: readonly (infer C)[] } ? C : never)
      : R["kind"] extends "string" ? string
      : number)
    | (R extends { default: boolean | number | string } ? never : undefined);

/** The values of a whole table, by flag name. */
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

/** The rows that a command takes; without a command those that every command takes. */
export function flagsOf(
  flags: readonly FlagRow[],
  command: string | undefined,
): readonly FlagRow[] {
  return flags.filter((row) =>
    row.commands === undefined || (command !== undefined && row.commands.includes(command))
  );
}

/** A flag as it is typed and shown: `--dir`. */
export function dashed(name: string): string {
  return `--${name}`;
}
