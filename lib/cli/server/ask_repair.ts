/**
 * Asks a running server to repair files.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { REPAIR_ANSWER_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { delay } from "../../base/signals.ts";
import { lastServedFolder } from "../../server/served_folder.ts";
import type { StorePath } from "../../storage/store_path.ts";
import { askServer } from "./ask_server.ts";
import type { RepairAnswer } from "./start/asked_repairs.ts";
import { repairPath, statusPath } from "./start/monitoring.ts";

/**
 * Whether a server with this state folder runs and serves a folder.
 *
 * @throws `not_found` if there is no such folder, and as {@linkcode askServer}.
 */
export async function isServed(state: string, root: string): Promise<boolean> {
  if (lastServedFolder(state) !== await realPath(root)) return false;
  try {
    await askServer(state, statusPath);
    return true;
  } catch (error) {
    if (hasCode(error, "network")) return false;
    throw error;
  }
}

async function realPath(root: string): Promise<string> {
  try {
    return await Deno.realPath(root);
  } catch (error) {
    throw asFtError(error, `Cannot open ${root}`, root);
  }
}

/**
 * Lets the server that runs on a state folder repair a file.
 *
 * @returns Whether it is whole now.
 * @throws `conflict` with the server's reason, and as `askServer`.
 */
export async function askRepair(
  state: string,
  path: StorePath,
  signal?: AbortSignal,
): Promise<boolean> {
  while (true) {
    const question = { question: path };
    const { state: is, message } = await askServer<RepairAnswer>(state, repairPath, question);
    if (message !== undefined) throw new FtError("conflict", message, { name: path });
    if (is === "repaired" || is === "damaged") return is === "repaired";
    // A server that is busy with another file answers at once.
    await delay(is === "busy" ? REPAIR_ANSWER_MS : 0, signal);
  }
}
