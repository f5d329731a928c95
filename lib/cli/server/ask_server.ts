/**
 * Asks the server that runs on a state folder, through one of its sockets there.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { askLocally, type AskOptions } from "../../net/local_socket.ts";

/**
 * Returns the parsed answer.
 *
 * @param pathIn The path of the socket in a state folder.
 * @throws `network` if no server runs there, and what {@linkcode askLocally} throws.
 */
export async function askServer<T>(
  state: string,
  pathIn: (state: string) => string,
  options?: AskOptions,
): Promise<T> {
  try {
    return JSON.parse(await askLocally(pathIn(state), options));
  } catch (error) {
    if (!hasCode(error, "not_found") && !hasCode(error, "network")) throw error;
    throw new FtError("network", `no server is running with --state ${state}`, { cause: error });
  }
}
