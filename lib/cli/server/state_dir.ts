/**
 * The state folder of a server: identity, users, digests, journals.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { createPrivateDir } from "../../base/private_files.ts";
import { serverStateDir } from "../../base/state_dirs.ts";

/**
 * Finds the state folder.
 *
 * @param flag The value of `--state`. @default `ftserver` in `$XDG_STATE_HOME`
 * @throws `usage` when there is neither the flag nor a home folder.
 */
export function stateDir(flag: string | undefined, readEnv: ReadEnv): string {
  if (flag !== undefined) return flag;
  const dir = serverStateDir(readEnv);
  if (dir !== undefined) return dir;
  throw new FtError("usage", "no home folder: use --state DIR", { name: "state" });
}

/**
 * Finds the state folder and creates it if it is missing, readable only by its owner.
 *
 * @throws `usage` as {@linkcode stateDir}; the error of a folder that cannot be created.
 */
export async function createStateDir(flag: string | undefined, readEnv: ReadEnv): Promise<string> {
  const dir = stateDir(flag, readEnv);
  await createPrivateDir(dir);
  return dir;
}
