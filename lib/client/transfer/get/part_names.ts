/**
 * The hidden names of a download's own files beside its target.
 *
 * @module
 */

import { basename, dirname, resolve } from "../../../base/path_rules.ts";
import { MAX_NAME_BYTES } from "../../../base/limits.ts";
import { nodeCrypto } from "../../../base/node_builtins.ts";
import { isLongerThan } from "../../../base/text.ts";
import { localJoin } from "../local_path.ts";

/** The length of a digest in a name. */
const DIGITS = 16;
/** Folders whose digits are remembered. */
const KNOWN_FOLDERS = 1024;

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
 * a digest of the absolute path of its folder, so that another file has such a name only if it is a
 * copy of ours, and a later run of the same download finds the part again.
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

function pathsOf(target: string, attempt: number): PartPaths {
  const folder = dirname(target);
  const digits = attempt === 0
    ? folderDigits(folder)
    : digestOf(`${realFolder(folder)}\n${attempt}`);
  const hidden = localJoin(folder, hiddenName(basename(target), digits));
  return {
    target,
    part: `${hidden}.ft-part`,
    journal: `${hidden}.ft-journal`,
    journalDraft: `${hidden}.ft-journal~`,
  };
}

/** The beginning of a hidden name; a digest replaces the target's own name where that is too long. */
function hiddenName(name: string, digits: string): string {
  const fits = !isLongerThan(`.${name}.${digits}.ft-journal~`, MAX_NAME_BYTES);
  return fits ? `.${name}.${digits}` : `.${digestOf(name)}.${digits}`;
}

/** The digits of folders; a download of a tree asks for the same ones again and again. */
const known = new Map<string, string>();

function folderDigits(folder: string): string {
  const found = known.get(folder);
  if (found !== undefined) return found;
  return remember(folder, digestOf(realFolder(folder)));
}

/**
 * Computes the digits of a target's folder ahead. The runtime has this digest from the start, while
 * `node:crypto` would have to be loaded.
 */
export async function learnFolder(target: string): Promise<void> {
  const folder = dirname(target);
  if (known.has(folder)) return;
  const text = new TextEncoder().encode(realFolder(folder));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  remember(folder, digest.toHex().slice(0, DIGITS));
}

function remember(folder: string, digits: string): string {
  if (known.size >= KNOWN_FOLDERS) known.clear();
  known.set(folder, digits);
  return digits;
}

/** The absolute path of a folder, the same for all its spellings if it exists. */
function realFolder(folder: string): string {
  try {
    return Deno.realPathSync(folder);
  } catch {
    return resolve(folder);
  }
}

function digestOf(text: string): string {
  return nodeCrypto().hash("sha256", text, "hex").slice(0, DIGITS);
}
