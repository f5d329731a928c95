/**
 * A small file system that is quickly full, where tests may mount one.
 *
 * @module
 */

import { tempDir } from "../temp_dir.ts";
import { type Skip, skipUnless } from "../skip.ts";

async function run(command: string, ...args: string[]): Promise<boolean> {
  const options = { args, stdout: "null", stderr: "null" } as const;
  return (await new Deno.Command(command, options).output()).success;
}

/** A mounted disk. Disposing it unmounts the disk. */
export interface TinyDisk extends AsyncDisposable {
  readonly path: string;
  /** Makes the file system read-only. */
  makeReadOnly(): Promise<void>;
}

/** Mounts a disk; returns null where that is not allowed. */
export async function tinyDisk(bytes: number): Promise<TinyDisk | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  const dir = await tempDir();
  if (!await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", dir.path)) {
    await dir[Symbol.asyncDispose]();
    return null;
  }
  return {
    path: dir.path,
    async makeReadOnly() {
      if (!await run("mount", "-o", "remount,ro", dir.path)) throw new Error("cannot remount");
    },
    async [Symbol.asyncDispose]() {
      await run("umount", dir.path);
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function canMount(): Promise<boolean> {
  await using disk = await tinyDisk(65536);
  return disk !== null;
}

/** Requires {@linkcode tinyDisk}. */
export const NEEDS_MOUNT: Skip = skipUnless(await canMount(), "file systems cannot be mounted");
