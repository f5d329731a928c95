/**
 * Resolves settings from four sources, the first that has one winning: flag, environment, config
 * file, default.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import type { ConfigFile } from "./config_file.ts";
import { configKey, dashed, envName, type FlagRow, flagsOf } from "./flag_table.ts";
import type { CommandLine } from "./command_line.ts";
import type { AnyValues, Options, ProgramTable, Source } from "./program_table.ts";
import { type FlagValue, parseValue } from "./flag_value.ts";

type Found = readonly [FlagValue, Source];

function fromFlag(row: FlagRow, given: boolean | readonly string[] | undefined): Found | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "boolean") return [given, "flag"];
  if (row.kind === "list") return [given, "flag"];
  return [parseValue(row, given.at(-1)!, dashed(row.name)), "flag"];
}

function fromEnv(row: FlagRow, program: string, readEnv: ReadEnv): Found | undefined {
  if (row.argvOnly) return undefined;
  const name = envName(program, row);
  const text = readEnv(name);
  // An empty variable counts as unset, as with NO_COLOR.
  if (text === undefined || text === "") return undefined;
  return [parseValue(row, text, name), "environment"];
}

function fromConfig(row: FlagRow, config: ConfigFile | undefined): Found | undefined {
  const value = config?.values.get(configKey(row));
  return value === undefined ? undefined : [value, "config"];
}

function fromDefault(row: FlagRow): Found {
  const unset = row.kind === "list"
    ? []
    : row.kind === "boolean" && !row.negatable
    ? false
    : undefined;
  if (row.kind === "span" && row.default !== undefined) {
    return [parseValue(row, String(row.default), dashed(row.name)), "default"];
  }
  return [row.default ?? unset, "default"];
}

/**
 * Resolves every setting of a command.
 *
 * @typeParam V The values of the program's table.
 * @throws `usage` naming the flag, variable or key with an invalid value.
 */
export function resolveOptions<V>(
  line: CommandLine<never>,
  table: ProgramTable<never>,
  readEnv: ReadEnv,
  config?: ConfigFile,
): Options<V> {
  const values: Record<string, FlagValue> = {};
  const sources: Record<string, Source> = {};
  const taken = flagsOf(table.flags, line.command?.name);
  for (const row of table.flags) {
    const found = !taken.includes(row)
      ? undefined
      : fromFlag(row, line.given.get(row.name)) ?? fromEnv(row, table.name, readEnv) ??
        fromConfig(row, config);
    // Commands may share a flag's name: the row of another command must not undo a value.
    if (found === undefined && row.name in values && !taken.includes(row)) continue;
    [values[row.name], sources[row.name]] = found ?? fromDefault(row);
  }
  return { values: values as AnyValues as V, sources };
}
