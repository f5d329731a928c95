/**
 * The folders in which the programs, and users of the library, keep their state.
 *
 * @module
 */

import { type ReadEnv, xdgDir } from "./environment.ts";

/** The state folder of a server, or undefined without a home folder. */
export function serverStateDir(readEnv: ReadEnv): string | undefined {
  return below("ftserver", readEnv);
}

/** The state folder of a client, or undefined without a home folder. */
export function clientStateDir(readEnv: ReadEnv): string | undefined {
  return below("ft", readEnv);
}

/** The path of the file of known servers, or undefined without a home folder. */
export function knownHostsPath(readEnv: ReadEnv): string | undefined {
  const state = clientStateDir(readEnv);
  return state === undefined ? undefined : `${state}/known_hosts`;
}

/** Where a client remembers the roots of local files, or undefined without a home folder. */
export function localRootsPath(readEnv: ReadEnv): string | undefined {
  const state = clientStateDir(readEnv);
  return state === undefined ? undefined : `${state}/digests.sqlite`;
}

function below(name: string, readEnv: ReadEnv): string | undefined {
  const state = xdgDir(readEnv, "XDG_STATE_HOME", ".local/state");
  return state === undefined ? undefined : `${state}/${name}`;
}
