/**
 * The folder that a server serves or last served, which its state folder remembers.
 *
 * @module
 */

import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";

const fileIn = (state: string) => `${state}/served_folder`;

/**
 * Remembers a served folder.
 *
 * @param root An absolute path without links.
 * @throws `usage` if the state folder is inside the served one, where clients could read its files.
 */
export async function rememberServedFolder(state: string, root: string): Promise<void> {
  const at = await Deno.realPath(state).catch((error) => {
    throw asFtError(error, `Cannot use ${state}`, state);
  });
  const folder = root.endsWith("/") ? root : `${root}/`;
  if (`${at}/`.startsWith(folder)) {
    const message = `the state folder ${at} is inside the served folder ${root}, and clients ` +
      "could read the server's key: use another --state";
    throw new FtError("usage", message, { name: "state" });
  }
  // A state folder has one server, so that what a killed one left has a fixed name and is written over.
  const options = { replace: true, mode: 0o600, draft: `${fileIn(state)}~` };
  try {
    writeAtomically(fileIn(state), `${root}\n`, options);
  } catch (error) {
    throw asFtError(error, `Cannot write ${fileIn(state)}`, fileIn(state));
  }
}

/** Returns the folder as an absolute path; `undefined` before the first start. */
export function lastServedFolder(state: string): string | undefined {
  try {
    return Deno.readTextFileSync(fileIn(state)).replace(/\n$/, "");
  } catch (error) {
    if (codeOf(error) === "not_found") return undefined;
    throw asFtError(error, `Cannot read ${fileIn(state)}`, fileIn(state));
  }
}
