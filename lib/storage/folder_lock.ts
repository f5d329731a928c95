/**
 * A lock that lets one process use a folder. The kernel holds it, so it ends with the process, even
 * a killed one; the text of the file only names the process.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { FsJail } from "./fs_jail.ts";

/**
 * Locks a folder until disposed.
 *
 * @param folder Must exist.
 * @param fileName The lock file in the folder; it is created if it is missing, and never removed.
 * @param name The name of the folder in messages. @default the folder
 * @throws `conflict` naming the process that has the lock; `not_allowed` if the folder is not
 *   writable.
 *
 * @example
 * ```ts
 * import { lockFolder } from "./folder_lock.ts";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   using _lock = await lockFolder(folder, "lock");
 *   const second = await lockFolder(folder, "lock").catch((error) => error.code);
 *   if (second !== "conflict") throw new Error("locked twice");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function lockFolder(
  folder: string,
  fileName: string,
  name: string = folder,
): Promise<Disposable> {
  const path = `${folder}/${fileName}`;
  try {
    await using stack = new AsyncDisposableStack();
    const file = stack.use(
      await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 }),
    );
    if (!await file.tryLock(true)) throw heldBy(name, await Deno.readTextFile(path));
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    stack.move();
    // Closing the file releases the lock. Removing it could remove the lock of another process.
    return file;
  } catch (error) {
    throw asFtError(error, `Cannot lock ${name}`);
  }
}

function heldBy(name: string, text: string): FtError {
  const pid = /^\d{1,10}$/.test(text.trim()) ? `process ${text.trim()}` : "another process";
  return new FtError("conflict", `${name} is in use by ${pid}`, { name });
}

/**
 * Locks a served folder.
 *
 * @returns `null` if the folder is read-only: then a second server does no harm.
 * @throws `conflict` naming the process that has the lock.
 */
export async function lockJail(jail: FsJail): Promise<Disposable | null> {
  try {
    return await lockFolder(jail.reserve("lock"), "pid", jail.root);
  } catch (error) {
    if (hasCode(error, "not_allowed")) return null;
    throw error;
  }
}
