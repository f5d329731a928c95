/**
 * The config file: a JSON object whose keys are flags.
 *
 * @module
 */

import { type ReadEnv, xdgDir } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { configKey, type FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";
import { configValue, type FlagValue } from "./values.ts";

/** A config file that was read and checked. */
export interface ConfigFile {
  readonly path: string;
  /** Values by key. */
  readonly values: ReadonlyMap<string, FlagValue>;
}

/** Where a program's config file is looked for; `undefined` without a home. */
export function defaultConfigPath(readEnv: ReadEnv, fileName: string): string | undefined {
  const dir = xdgDir(readEnv, "XDG_CONFIG_HOME", ".config");
  return dir === undefined ? undefined : `${dir}/ft/${fileName}`;
}

/**
 * Checks a config file's text.
 *
 * @param path Names the file in errors.
 * @throws `usage` naming file, line and key.
 */
export function parseConfig(text: string, path: string, rows: readonly FlagRow[]): ConfigFile {
  const settings = parseObject(text, path);
  const byKey = new Map(rows.filter((row) => !row.argvOnly).map((row) => [configKey(row), row]));
  // Which config file to read is not a question the config file can answer.
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

/** The line a key stands on, from 1; of a key that stands twice the last counts, as in JSON. */
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
    // Where the runtime names no place, the text ended too early.
    const line = lineAt(text, at === undefined ? text.trimEnd().length : Number(at));
    throw new FtError("usage", `${path}:${line}: not JSON: ${why}`, { cause, name: path });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FtError("usage", `${path}:1: wanted a JSON object`, { name: path });
  }
  return value as Record<string, unknown>;
}

/**
 * Reads a program's config file.
 *
 * @param named The file the user named; its absence is an error, that of the default file is not.
 * @throws `not_found` for a named file that is missing, `usage` for one that does not fit.
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
    if (named === undefined && error instanceof Deno.errors.NotFound) return undefined;
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  return parseConfig(text, path, rows);
}
