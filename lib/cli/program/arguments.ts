/**
 * A command line in its longest form, before `parseArgs` sees it.
 *
 * `parseArgs` alone would take the name out of `get -r true`, the value out of `--output -`, and a
 * wrong flag for a new one. Here every flag is checked against the table and written as `--name` or
 * `--name=value`, so that nothing is left to guess.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import { dashed, type FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";

/** A command line, sorted. */
export interface SpelledOut {
  /** `--name` for a boolean, `--name=value` for the rest, in the order given. */
  readonly flags: readonly string[];
  /** Everything else: the command and what it is to work on. */
  readonly words: readonly string[];
}

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

// A value is never repeated in a message: it may have been meant as a secret.
function unknownFlag(typed: string, rows: readonly FlagRow[]): FtError {
  const shown = escapeControls(typed.slice(0, 80));
  const hint = typed.startsWith("--") ? didYouMean(typed.slice(2), namesOf(rows), "--") : "";
  return usage(`unknown flag: ${shown}${hint}`, shown);
}

function namesOf(rows: readonly FlagRow[]): string[] {
  return rows.flatMap((row) => row.negatable ? [row.name, `no-${row.name}`] : [row.name]);
}

function missing(row: FlagRow, typed: string): FtError {
  const what = row.placeholder === undefined ? "" : ` (${row.placeholder})`;
  return usage(`${typed} needs a value${what}`, row.name);
}

/** Takes arguments from the front of a command line. */
class Speller {
  readonly flags: string[] = [];
  readonly words: string[] = [];
  #at = 0;

  constructor(readonly args: readonly string[], readonly rows: readonly FlagRow[]) {}

  spell(): SpelledOut {
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
    const cut = arg.indexOf("=");
    const typed = cut === -1 ? arg : arg.slice(0, cut);
    const name = typed.slice(2);
    const row = this.rows.find((row) =>
      row.name === name || (row.negatable && `no-${row.name}` === name)
    );
    if (row === undefined) throw unknownFlag(typed, this.rows);
    if (row.kind === "boolean" && cut !== -1) throw usage(`${typed} takes no value`, row.name);
    if (row.kind === "boolean") this.flags.push(typed);
    else this.#valued(row, typed, cut === -1 ? undefined : arg.slice(cut + 1));
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
    if (value === undefined || value === "") throw missing(row, typed);
    this.flags.push(`${dashed(row.name)}=${value}`);
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
 * Sorts a command line into flags, each spelled out, and words.
 *
 * @throws `usage` for a flag that is not in the table, or one without its value.
 *
 * @example
 * ```ts
 * import { spellOut } from "./arguments.ts";
 *
 * const rows = [{ name: "output", short: "o", kind: "string", help: "" }] as const;
 * const { flags, words } = spellOut(["get", "-o", "-", "a"], rows);
 * if (flags[0] !== "--output=-" || words.length !== 2) throw new Error();
 * ```
 */
export function spellOut(args: readonly string[], rows: readonly FlagRow[]): SpelledOut {
  return new Speller(args, rows).spell();
}
