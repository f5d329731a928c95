/**
 * A lock that lets one process on this machine watch a folder for a target.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { asFtError } from "../../../base/os_errors.ts";
import { lockFolder } from "../../../storage/folder_lock.ts";

/** A folder on a server that a watch makes equal to a local one. */
export interface WatchTarget {
  /** The server, as the user named it. */
  readonly host: string;
  readonly target: string;
}

/**
 * Locks a target until disposed: two watches would remove the files of each other.
 *
 * @param folder The state folder of the client; created if it is missing.
 * @throws `conflict` naming the process that watches for it.
 */
export async function lockWatch(
  folder: string,
  { host, target }: WatchTarget,
): Promise<Disposable> {
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asFtError(error, `Cannot create ${folder}`, folder);
  }
  const digest = createHash("sha256").update(`${host}\n${target}`).digest("hex");
  return await lockFolder(folder, `watch-${digest.slice(0, 16)}`, `${target} on ${host}`);
}
