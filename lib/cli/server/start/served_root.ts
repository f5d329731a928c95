/**
 * Works out what `serve` serves from its argument and `--root`.
 *
 * @module
 */

import { realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { FtError, notFound } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { shellQuote } from "../../format/shell_quote.ts";
import type { CommandContext } from "../../program/command_context.ts";
import type { ServerValues } from "../server_flags.ts";

/** The settings that name what is served. */
export type RootSettings =
  & Pick<CommandContext<Pick<ServerValues, "root">>, "values" | "sources">
  & { readonly args: readonly string[] };

/** The folder or the file to serve. */
export interface RootChoice {
  /** The path of the folder. */
  readonly root: string;
  /** The name of a file in it that is served alone; `undefined` for the whole folder. */
  readonly only: string | undefined;
  /** Whether nothing is there yet, so that the server will create the folder. */
  readonly missing: boolean;
}

/**
 * Returns what to serve: the argument, which may be a file, else `--root`.
 *
 * @throws `usage` for both of them, or a root that is no folder; `not_found` for a missing argument
 *   with an extension, which is a misspelt file rather than a new folder.
 */
export function servedRoot({ args: [path], values, sources }: RootSettings): RootChoice {
  if (path !== undefined && sources.root === "flag") {
    const message = "PATH and --root both name what to serve: give one of them";
    throw new FtError("usage", message, { name: "root" });
  }
  const root = resolve(path ?? values.root);
  const facts = look(root);
  if (path !== undefined && facts === undefined && extname(root) !== "") throw notFound(path);
  if (facts === undefined || facts.isDirectory()) {
    return { root, only: undefined, missing: facts === undefined };
  }
  if (path === undefined || !facts.isFile()) throw noFolder(root, facts);
  // The store follows no links, so what is served has the name of the file itself.
  const file = onDisk(root, () => realpathSync(root));
  return { root: dirname(file), only: basename(file), missing: false };
}

function noFolder(root: string, facts: Stats): FtError {
  const message = facts.isFile()
    ? `it is a file, not a folder: ${root} (to serve it alone: ftserver ${shellQuote([root])})`
    : `it is neither a file nor a folder: ${root}`;
  return new FtError("usage", message, { name: root });
}

function look(path: string): Stats | undefined {
  return onDisk(path, () => statSync(path, { throwIfNoEntry: false }));
}

function onDisk<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asFtError(error, `Cannot serve ${path}`, path);
  }
}
