/**
 * Asks the server that runs on a state folder, through one of its sockets there.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { askLocally } from "../../net/local_socket.ts";

/**
 * Returns the parsed answer.
 *
 * @param pathIn The path of the socket in a state folder.
 * @param maxBytes The maximum length of the answer. @default 1 MiB
 * @throws `network` if no server runs there, and what {@linkcode askLocally} throws.
 */
export async function askServer<T>(
  state: string,
  pathIn: (state: string) => string,
  maxBytes?: number,
): Promise<T> {
  try {
    return JSON.parse(await askLocally(pathIn(state), maxBytes));
  } catch (error) {
    if (!hasCode(error, "not_found") && !hasCode(error, "network")) throw error;
    throw new FtError("network", `no server is running with --state ${state}`, { cause: error });
  }
}
