/**
 * Brings a command line into its longest form, before `parseArgs` sees it.
 *
 * `parseArgs` alone would take the name out of `get -r true` and the value out of `--output -`, and
 * would accept any unknown flag. Here every flag is checked against the table and written as
 * `--name` or `--name=value`, so that `parseArgs` has nothing to guess.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import { dashed, type FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";

/** A command line, sorted into flags and words. */
export interface ExpandedArguments {
  /** `--name` for a boolean, `--name=value` for the rest, in the order given. */
  readonly flags: readonly string[];
  /** Everything else: the command and its arguments. */
  readonly words: readonly string[];
}

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

// A message never repeats a value: the user may have meant it as a secret.
function unknownFlag(typed: string, rows: readonly FlagRow[]): FtError {
  const shown = escapeControls(typed.slice(0, 80));
  const hint = typed.startsWith("--") ? didYouMean(typed.slice(2), namesOf(rows), "--") : "";
  return usage(`unknown flag: ${shown}${hint}`, shown);
}

function namesOf(rows: readonly FlagRow[]): string[] {
  return rows.flatMap((row) => row.negatable ? [row.name, `no-${row.name}`] : [row.name]);
}

function missingValue(row: FlagRow, typed: string): FtError {
  const placeholder = row.placeholder === undefined ? "" : ` (${row.placeholder})`;
  return usage(`${typed} needs a value${placeholder}`, row.name);
}

/** Takes arguments from the front of a command line. */
class Expansion {
  readonly flags: string[] = [];
  readonly words: string[] = [];
  #at = 0;

  constructor(readonly args: readonly string[], readonly rows: readonly FlagRow[]) {}

  run(): ExpandedArguments {
    while (this.#at < this.args.length) {
      const arg = this.args[this.#at++]!;
      if (arg === "--") this.words.push(...this.args.slice(this.#at));
      if (arg === "--") break;
      if (arg.startsWith("--")) this.#long(arg);
      else if (arg.startsWith("-") && arg !== "-") this.#letters(arg);
      else this.words.push(arg);
    }
    return this;
  }

  #long(arg: string): void {
    const equals = arg.indexOf("=");
    const typed = equals === -1 ? arg : arg.slice(0, equals);
    const name = typed.slice(2);
    const row = this.rows.find((row) =>
      row.name === name || (row.negatable && `no-${row.name}` === name)
    );
    if (row === undefined) throw unknownFlag(typed, this.rows);
    if (row.kind === "boolean" && equals !== -1) throw usage(`${typed} takes no value`, row.name);
    if (row.kind === "boolean") this.flags.push(typed);
    else if (row.alone !== undefined && equals === -1) this.flags.push(`${typed}=${row.alone}`);
    else this.#valued(row, typed, equals === -1 ? undefined : arg.slice(equals + 1));
  }

  /** `-rq`, `-oFILE`, `-o FILE`, `-o=FILE`. */
  #letters(arg: string): void {
    for (let i = 1; i < arg.length; i++) {
      const typed = `-${arg[i]}`;
      const row = this.rows.find((row) => row.short === arg[i]);
      if (row === undefined) throw unknownFlag(typed, this.rows);
      if (row.kind !== "boolean") {
        const rest = arg.slice(i + 1).replace(/^=/, "");
        return this.#valued(row, typed, i + 1 < arg.length ? rest : undefined);
      }
      this.flags.push(dashed(row.name));
    }
  }

  #valued(row: FlagRow, typed: string, attached: string | undefined): void {
    const value = attached ?? this.#next();
    if (value === undefined || value === "") throw missingValue(row, typed);
    const second = row.valueWords === 2 && !value.includes(" ") ? this.#next() : "";
    if (second === undefined) throw missingValue(row, typed);
    this.flags.push(`${dashed(row.name)}=${`${value} ${second}`.trimEnd()}`);
  }

  /** The next argument, unless it is a flag itself. */
  #next(): string | undefined {
    const next = this.args[this.#at];
    if (next === undefined || (next.startsWith("-") && next !== "-")) return undefined;
    this.#at++;
    return next;
  }
}

/**
 * Sorts a command line into flags in their long form, and words.
 *
 * @throws `usage` for a flag that is not in the table, or one without its value.
 *
 * @example
 * ```ts
 * import { expandArguments } from "./expand_arguments.ts";
 *
 * const rows = [{ name: "output", short: "o", kind: "string", help: "" }] as const;
 * const { flags, words } = expandArguments(["get", "-o", "-", "a"], rows);
 * if (flags[0] !== "--output=-" || words.length !== 2) throw new Error();
 * ```
 */
export function expandArguments(
  args: readonly string[],
  rows: readonly FlagRow[],
): ExpandedArguments {
  return new Expansion(args, rows).run();
}
