/**
 * Works out what `serve` serves from its argument and `--root`.
 *
 * @module
 */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { CommandContext } from "../../program/command_context.ts";
import type { ServerValues } from "../server_flags.ts";

/** The settings that name what is served. */
export type RootSettings =
  & Pick<CommandContext<Pick<ServerValues, "root">>, "values" | "sources">
  & { readonly args: readonly string[] };

/** A folder to serve. */
export interface RootChoice {
  /** Its path. */
  readonly root: string;
  /** Whether nothing is there yet, so that the server will create the folder. */
  readonly missing: boolean;
}

/**
 * Returns the folder to serve: the argument, else `--root`.
 *
 * @throws `usage` for both of them, or for a file.
 */
export function servedRoot({ args: [path], values, sources }: RootSettings): RootChoice {
  if (path !== undefined && sources.root === "flag") {
    const message = "PATH and --root both name what to serve: give one of them";
    throw new FtError("usage", message, { name: "root" });
  }
  const root = resolve(path ?? values.root);
  const facts = look(root);
  if (facts !== undefined && !facts.isDirectory()) {
    throw new FtError("usage", `it is a file, not a folder: ${root}`, { name: root });
  }
  return { root, missing: facts === undefined };
}

function look(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw asFtError(error, `Cannot serve ${path}`, path);
  }
}
