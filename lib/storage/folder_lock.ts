/**
 * One process for a folder. The kernel holds the lock, so a process that is killed leaves nothing
 * behind; the file's text only says who holds it.
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
 * @param fileName The lock's file in it; made when missing, and left there.
 * @param name What messages call it. @default the folder
 * @throws `conflict` naming the process that has the lock; `not_allowed` where the folder cannot be
 *   written.
 *
 * @example
 * ```ts
 * import { lockFolder } from "./folder_lock.ts";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   using _lock = await lockFolder(folder, "lock");
 *   const second = await lockFolder(folder, "lock").catch((error) => error.code);
 *   if (second !== "conflict") throw new Error("two held it");
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
    const file = stack.use(await Deno.open(path, { read: true, write: true, create: true }));
    if (!await file.tryLock(true)) throw heldBy(name, await Deno.readTextFile(path));
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    stack.move();
    // Closing lets go of the lock. The file stays: whoever removes it may remove another's lock.
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
 * Locks a served folder, in the place for our own files.
 *
 * @returns `null` where nothing can be written: there a second server does no harm.
 * @throws `conflict` naming the process that has it.
 */
export async function lockJail(jail: FsJail): Promise<Disposable | null> {
  try {
    return await lockFolder(jail.reserve("lock"), "pid", jail.root);
  } catch (error) {
    if (hasCode(error, "not_allowed")) return null;
    throw error;
  }
}
