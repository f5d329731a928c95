/**
 * Files and folders that only their owner may read. Windows has no such permissions.
 *
 * @module
 */

import { FtError } from "./errors.ts";
import { lstatOrNull } from "./missing_files.ts";
import { asFtError, codeOf } from "./os_errors.ts";

/** Permission bits of everyone but the owner. */
const OTHERS = 0o077;
/** Marks a folder in which many users have files, such as `/tmp`. */
const STICKY = 0o1000;

/**
 * Creates a folder and its parents for private files. An existing folder is made private.
 *
 * @throws `usage` with the command that makes it private, if that must be the user's decision.
 */
export async function createPrivateDir(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    const { mode } = await Deno.stat(path);
    if (Deno.build.os === "windows" || mode === null || (mode & OTHERS) === 0) return;
    if ((mode & STICKY) === 0 && await makePrivate(path)) return;
  } catch (cause) {
    const { code, message } = asFtError(cause);
    throw new FtError(code, `Cannot use ${path}: ${message}`, { cause, name: path });
  }
  throw new FtError("usage", `others can read ${path}: chmod 700 it, or choose another folder`, {
    name: path,
  });
}

async function makePrivate(path: string): Promise<boolean> {
  try {
    await Deno.chmod(path, 0o700);
    return true;
  } catch {
    return false;
  }
}

/**
 * Creates an empty file if it is missing, and makes an existing one private.
 *
 * @throws The error of the operating system, as one of ours.
 */
export function createPrivateFile(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${path}`, path);
    makeFilePrivate(path);
  }
}

/** Makes a file private if it exists. @throws `not_allowed` for a file of another user. */
export function makeFilePrivate(path: string): void {
  if (Deno.build.os === "windows") return;
  try {
    if (lstatOrNull(path)?.isFile) Deno.chmodSync(path, 0o600);
  } catch (error) {
    throw asFtError(error, `Cannot make ${path} private`, path);
  }
}
