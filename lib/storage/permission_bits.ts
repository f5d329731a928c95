/**
 * The permission bits of copies. The rules are rsync's without `--perms`: a new file gets the bits of
 * its source, less the user's mask; one that is replaced keeps its own.
 *
 * @module
 */

import { probeFile } from "../base/probe_file.ts";

/** All bits that are copied: read, write and execute for owner, group and others. */
export const PERMISSION_BITS = 0o777;
const EXECUTE_BITS = 0o111;
const OWNER_BITS = 0o700;

/** The permissions that a source asks for. */
export interface WantedBits {
  /** Its permission bits; absent if the source has none or does not send them. */
  readonly mode?: number | undefined;
  /** Whether its owner can execute it, for peers that send nothing else. @default {false} */
  readonly executable?: boolean | undefined;
}

/** Whether files of this system have permission bits. */
export const HAS_PERMISSION_BITS: boolean = Deno.build.os !== "windows";

/** The permission bits of a file or folder; `undefined` where the system has none. */
export function bitsOf(mode: number | null): number | undefined {
  return HAS_PERMISSION_BITS && mode !== null ? mode & PERMISSION_BITS : undefined;
}

/** The permission bits of a new file. @param mask Bits that the user's mask removes. */
export function newFileBits({ mode, executable }: WantedBits, mask: number): number {
  return ((mode ?? (executable ? 0o777 : 0o666)) & PERMISSION_BITS) & ~mask;
}

/** The permission bits of a new folder. Its owner can always fill it. */
export function newFolderBits({ mode }: Pick<WantedBits, "mode">): number {
  return ((mode ?? PERMISSION_BITS) & PERMISSION_BITS) | OWNER_BITS;
}

/**
 * The permission bits of a file that has the content of its source already: those of the source, but
 * group and others gain no access to a file that they had none to. They may execute what they may
 * read.
 *
 * @param current The file's own bits.
 * @param mask Bits that the user's mask removes.
 */
export function equalFileBits(
  current: number,
  { mode, executable = false }: WantedBits,
  mask: number = 0,
): number {
  const own = current & PERMISSION_BITS;
  if (mode === undefined && executable === ((own & 0o100) !== 0)) return own;
  const readable = (bits: number) => (bits & 0o444) >> 2;
  const wanted = mode ?? (executable ? own | readable(own) : own & ~EXECUTE_BITS);
  const access = wanted & ~mask & (own | OWNER_BITS) & ~EXECUTE_BITS;
  return access | (wanted & ~mask & EXECUTE_BITS & (readable(access) | 0o100));
}

/**
 * The bits that the user's mask removes from new files. They are read from an empty file created for
 * this, because asking for the mask needs a permission of its own.
 *
 * @param at A name for it.
 * @throws What the operating system reports.
 */
export function creationMask(at: string): number {
  if (!HAS_PERMISSION_BITS) return 0;
  const found = probeFile(at, (file) => file.statSync().mode, PERMISSION_BITS);
  return ~(found ?? 0o755) & PERMISSION_BITS;
}
