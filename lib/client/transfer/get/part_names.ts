/**
 * The hidden names of a download's own files beside its target.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { MAX_NAME_BYTES } from "../../../base/limits.ts";
import { isLongerThan } from "../../../base/text.ts";

/** The path of a target's part file. */
export function partPath(target: string): string {
  return hiddenName(target, ".ft-part");
}

/** The path of a target's journal. */
export function journalPath(target: string): string {
  return hiddenName(target, ".ft-journal");
}

/** The path of a journal that is being written. */
export function journalDraftPath(target: string): string {
  return hiddenName(target, ".ft-journal~");
}

/** A hidden name beside a target; a digest replaces the target's name where that would be too long. */
function hiddenName(target: string, suffix: string): string {
  const cut = Math.max(target.lastIndexOf("/"), target.lastIndexOf("\\")) + 1;
  const name = `.${target.slice(cut)}${suffix}`;
  if (!isLongerThan(name, MAX_NAME_BYTES)) return target.slice(0, cut) + name;
  const short = createHash("sha256").update(target.slice(cut)).digest("hex").slice(0, 32);
  return `${target.slice(0, cut)}.${short}${suffix}`;
}
