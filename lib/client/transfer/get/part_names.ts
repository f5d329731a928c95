/**
 * The hidden names of a download's own files beside its target.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, dirname, resolve } from "node:path";
import { MAX_NAME_BYTES } from "../../../base/limits.ts";
import { isLongerThan } from "../../../base/text.ts";
import { localJoin } from "../local_path.ts";

/** Paths of a download. */
export interface PartPaths {
  /** The path of the finished file. */
  readonly target: string;
  /** The path of the part file. */
  readonly part: string;
  /** The path of the part file's journal. */
  readonly journal: string;
  /** The path of a journal that is being written. */
  readonly journalDraft: string;
}

/** Whether a path looks like one of a download's own files. */
export function isPartName(path: string): boolean {
  return /\.ft-(part|journal~?)$/.test(path);
}

/**
 * Returns the paths of a target's own files, such as `.a.txt.0123456789abcdef.ft-part`. The digits are
 * a digest of the target's absolute path, so that another file has such a name only if it is a copy of
 * ours, and a later run of the same download finds the part again.
 *
 * @param taken Other targets, whose names are not used. @default none
 */
export function partPaths(target: string, taken: ReadonlySet<string> = new Set()): PartPaths {
  for (let attempt = 0;; attempt++) {
    const paths = pathsOf(target, attempt);
    const { part, journal, journalDraft } = paths;
    if (![part, journal, journalDraft].some((path) => taken.has(path))) return paths;
  }
}

/** The folder that was looked up last: consecutive targets mostly share theirs. */
let last: { readonly dir: string; readonly real: string } | undefined;

/** The absolute path of a folder, the same for all its spellings if it exists. */
function realFolder(dir: string): string {
  if (last?.dir === dir) return last.real;
  try {
    last = { dir, real: Deno.realPathSync(dir) };
    return last.real;
  } catch {
    return resolve(dir);
  }
}

function pathsOf(target: string, attempt: number): PartPaths {
  const absolute = `${realFolder(dirname(target))}/${basename(target)}`;
  const text = attempt === 0 ? absolute : `${absolute}\n${attempt}`;
  const digits = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const hidden = (suffix: string) =>
    localJoin(dirname(target), hiddenName(target, digits + suffix));
  return {
    target,
    part: hidden(".ft-part"),
    journal: hidden(".ft-journal"),
    journalDraft: hidden(".ft-journal~"),
  };
}

/** A hidden name, without the target's own name where that would be too long. */
function hiddenName(target: string, suffix: string): string {
  const name = `.${basename(target)}.${suffix}`;
  return isLongerThan(name, MAX_NAME_BYTES) ? `.${suffix}` : name;
}
