/**
 * Times and permission bits of local files.
 *
 * @module
 */

import { dirname } from "../../base/path_rules.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError, codeOf } from "../../base/os_errors.ts";
import {
  bitsOf,
  creationMask,
  equalFileBits,
  HAS_PERMISSION_BITS,
  newFileBits,
  type WantedBits,
} from "../../storage/permission_bits.ts";
import type { TransferContext } from "../remote/transfer_context.ts";
import type { LocalFile } from "./local_file.ts";
import { localJoin, localStatus, PROBE } from "./local_path.ts";

let knownMask: number | undefined;

/** The bits that the user's mask removes; found out beside the first file that is written. */
function maskBeside(target: string): number {
  try {
    return knownMask ??= creationMask(localJoin(dirname(target), PROBE));
  } catch (error) {
    throw asFtError(error, `Cannot write ${target}`, target);
  }
}

/**
 * The permission bits of a local file that is about to get its name; 0 where the system has none.
 *
 * @param wanted Those of the source, for a new file.
 * @param replace Whether an existing file is replaced, which then keeps its own.
 */
export function localBits(target: string, wanted: WantedBits, replace: boolean): number {
  if (!HAS_PERMISSION_BITS) return 0;
  const own = replace ? bitsOf(localStatus(target)?.mode ?? null) : undefined;
  return own ?? newFileBits(wanted, maskBeside(target));
}

/** Time and permission bits of a file on the other side. */
export interface SourceFacts extends WantedBits {
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** Whether two times are the same millisecond; file systems round in different directions. */
export function sameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < 1;
}

/** Reports a time that the file system of the target could not store. */
export function noticeTime(
  target: string,
  wanted: number | undefined,
  found: number,
  { onEvent }: Pick<TransferContext, "onEvent">,
): void {
  if (wanted === undefined || sameTime(wanted, found)) return;
  const [before, after] = [wanted, found].map((ms) => new Date(ms).toISOString());
  const text = `the file system of ${target} cannot store its time: ${before} became ${after}`;
  onEvent({ kind: "notice", text });
}

/** Whether a local file has another time or other bits than its source. */
export function differsFrom(
  { mode, mtimeMs }: { readonly mode: number; readonly mtimeMs: number },
  source: SourceFacts,
): boolean {
  return !sameTime(mtimeMs, source.mtimeMs) || differsInBits(mode, source);
}

/** Whether a local file has other bits than its source. */
export function differsInBits(mode: number, source: WantedBits): boolean {
  const bits = bitsOf(mode);
  return bits !== undefined && equalFileBits(bits, source) !== bits;
}

/**
 * Gives a local file that has the content of its source the time and permission bits of it, too.
 * That is not possible for a file of another user, which is left as it is, with a notice.
 *
 * @throws `conflict` (retryable) if the file changed since it was opened.
 */
export function bringFacts(
  file: LocalFile,
  path: string,
  source: SourceFacts,
  { options, onEvent }: Pick<TransferContext, "options" | "onEvent">,
): void {
  if (!options.times) return;
  const { mode: own, mtimeMs: time } = file.info;
  const mtimeMs = sameTime(time, source.mtimeMs) ? undefined : source.mtimeMs;
  const differ = differsInBits(own, source);
  if (mtimeMs === undefined && !differ) return;
  if (!file.unchanged()) {
    const message = `changed while it was read: ${path}`;
    throw new FtError("conflict", message, { name: path, retryable: true });
  }
  try {
    const mode = differ ? equalFileBits(own, source, maskBeside(path)) : undefined;
    file.setFacts({ mtimeMs, mode });
    noticeTime(path, mtimeMs, file.mtimeMs, { onEvent });
  } catch (error) {
    if (codeOf(error) !== "not_allowed") throw asFtError(error, `Cannot change ${path}`, path);
    const text = `no permission to set time and permission bits: ${path}`;
    onEvent({ kind: "notice", text });
  }
}
