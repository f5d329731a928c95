/**
 * Runs once, after a portable executable has unpacked itself: verifies every file, makes them
 * durable, and gives the folder its final name. Arguments: the folder, its final name, the digest of
 * its list.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { checkFolder, sha256 } from "./digests.ts";

/** The name of the list of digests in an unpacked folder. */
export const LIST_NAME = "SHA256SUMS";

async function check(folder: string, id: string): Promise<void> {
  const list = await Deno.readTextFile(join(folder, LIST_NAME));
  if (sha256(list) !== id) throw new Error(`${LIST_NAME} does not match its digest`);
  await checkFolder(folder, list);
}

async function makeDurable(folder: string, id: string): Promise<void> {
  await check(folder, id);
  const list = await Deno.readTextFile(join(folder, LIST_NAME));
  for (const line of list.trim().split("\n")) await sync(join(folder, line.split("  ")[1]!));
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  using file = await Deno.open(path);
  await file.sync();
}

/**
 * Gives a folder its final name. If several processes do this at the same time, one of them wins,
 * with a complete folder; a damaged final folder is replaced.
 *
 * @param id The digest of the folder's list.
 * @throws {Error} If a file does not match its digest.
 */
export async function settle(folder: string, final: string, id: string): Promise<void> {
  await makeDurable(folder, id);
  try {
    await Deno.rename(folder, final);
  } catch (error) {
    if (await Deno.lstat(final).catch(() => undefined) === undefined) throw error;
    if (await check(final, id).then(() => true, () => false)) {
      await Deno.remove(folder, { recursive: true });
    } else await replace(folder, final);
  }
}

async function replace(folder: string, final: string): Promise<void> {
  const damaged = `${folder}.damaged`;
  await Deno.rename(final, damaged);
  await Deno.rename(folder, final);
  await Deno.remove(damaged, { recursive: true });
}

/** Milliseconds after which an unfinished folder is abandoned. */
const ABANDONED_MS = 3_600_000;

/**
 * Removes the folders that killed processes left incomplete in a cache.
 *
 * @param now Milliseconds since the epoch.
 */
export async function sweep(cache: string, now: number): Promise<void> {
  for await (const { name } of Deno.readDir(cache)) {
    if (!/^\.[0-9a-f]{64}\.\w+(\.damaged)?$/.test(name)) continue;
    const { mtime } = await Deno.lstat(join(cache, name));
    if (mtime === null || now - mtime.getTime() < ABANDONED_MS) continue;
    await Deno.remove(join(cache, name), { recursive: true });
  }
}

if (import.meta.main) {
  try {
    const [folder, final, id] = Deno.args as [string, string, string];
    await settle(folder, final, id);
    // Best effort: another process may be sweeping at the same time.
    await sweep(dirname(final), Date.now()).catch(() => {});
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
