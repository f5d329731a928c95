/**
 * The config file: a JSON object whose keys are flag names.
 *
 * @module
 */

import { type ReadEnv, xdgDir } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { configKey, type FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";
import { configValue, type FlagValue } from "./flag_value.ts";

/** A config file that was read and validated. */
export interface ConfigFile {
  readonly path: string;
  /** Values by key. */
  readonly values: ReadonlyMap<string, FlagValue>;
}

/** The default path of a program's config file; `undefined` without a home folder. */
export function defaultConfigPath(readEnv: ReadEnv, fileName: string): string | undefined {
  const dir = xdgDir(readEnv, "XDG_CONFIG_HOME", ".config");
  return dir === undefined ? undefined : `${dir}/ft/${fileName}`;
}

/**
 * Parses and validates the text of a config file.
 *
 * @param path Names the file in errors.
 * @throws `usage` naming file, line and key.
 */
export function parseConfig(text: string, path: string, rows: readonly FlagRow[]): ConfigFile {
  const settings = parseObject(text, path);
  const byKey = new Map(rows.filter((row) => !row.argvOnly).map((row) => [configKey(row), row]));
  // A config file cannot choose the config file.
  byKey.delete("config");
  const values = new Map<string, FlagValue>();
  for (const [key, value] of Object.entries(settings)) {
    const row = byKey.get(key);
    if (row === undefined) {
      const hint = didYouMean(key, [...byKey.keys()]);
      const where = `${path}:${lineOf(text, key)}`;
      throw new FtError("usage", `${where}: unknown key "${key}"${hint}`, { name: key });
    }
    values.set(key, configValue(row, value, `${path}:${lineOf(text, key)}: ${key}`));
  }
  return { path, values };
}

/** The line of a key, from 1. Of duplicate keys the last one counts, as in JSON. */
function lineOf(text: string, key: string): number {
  const keys = [...text.matchAll(/("(?:[^"\\]|\\.)*")\s*(:)?/g)]
    .filter(([, quoted, colon]) => colon !== undefined && JSON.parse(quoted!) === key);
  return lineAt(text, keys.at(-1)?.index ?? 0);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = (cause as Error).message;
    const at = /at position (\d+)/.exec(why)?.[1];
    // An error without a position means that the text ended too early.
    const line = lineAt(text, at === undefined ? text.trimEnd().length : Number(at));
    throw new FtError("usage", `${path}:${line}: not JSON: ${why}`, { cause, name: path });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FtError("usage", `${path}:1: expected a JSON object`, { name: path });
  }
  return value as Record<string, unknown>;
}

/**
 * Reads a program's config file.
 *
 * @param named The file the user asked for; it must exist, while the default file may be missing, or
 *   be one that the program is not allowed to read.
 * @throws `not_found` for a missing file that was asked for, `usage` for an invalid file.
 */
export async function readConfig(
  named: string | undefined,
  fallback: string | undefined,
  rows: readonly FlagRow[],
): Promise<ConfigFile | undefined> {
  const path = named ?? fallback;
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (named === undefined && isAbsent(error)) return undefined;
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  return parseConfig(text, path, rows);
}

/** Without permission to read, for example in a sandbox, nobody can say whether the file exists. */
function isAbsent(error: unknown): boolean {
  const { NotFound, NotCapable, PermissionDenied } = Deno.errors;
  return [NotFound, NotCapable, PermissionDenied].some((kind) => error instanceof kind);
}
