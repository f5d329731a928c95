/**
 * Entity tags (RFC 9110, 8.8.3). A file has up to two strong ones: its root, where that is known, and
 * its revision. Both stay valid for the same content, so that a tag from before the root was known
 * still matches.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { MAX_ENTITY_TAGS } from "../../base/limits.ts";
import type { FileInfo } from "../../service/files.ts";
import { HttpError } from "./http_error.ts";

/** The tags in a precondition; `*` matches any file. */
export type WantedTags = "*" | readonly WantedTag[];

/** A tag in a precondition. */
export interface WantedTag {
  readonly weak: boolean;
  /** With its quotes. */
  readonly tag: string;
}

const REVISION_CHARS = 32;

/** Returns the tags of a file, the best one first. */
export function tagsOf({ root, revision }: FileInfo): readonly string[] {
  // A revision may contain any characters, and says things about the disk.
  const digest = createHash("sha256").update(revision).digest("hex").slice(0, REVISION_CHARS);
  const byRevision = `"v${digest}"`;
  return root === undefined ? [byRevision] : [`"${root}"`, byRevision];
}

const LIST = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*"))?[ \t]*(?:,|$)/y;

/**
 * Parses `If-Match` or `If-None-Match`.
 *
 * @returns `undefined` without the field.
 * @throws {HttpError} 400.
 */
export function parseTags(field: string | null): WantedTags | undefined {
  if (field === null) return undefined;
  if (field.trim() === "*") return "*";
  const tags: WantedTag[] = [];
  LIST.lastIndex = 0;
  while (LIST.lastIndex < field.length) {
    const match = LIST.exec(field);
    if (match === null || tags.length > MAX_ENTITY_TAGS) throw new HttpError(400, "invalid tags");
    if (match[2] !== undefined) tags.push({ weak: match[1] !== undefined, tag: match[2] });
  }
  return tags;
}

/** Whether one of the tags is one of the file. @param strong A weak tag matches nothing then. */
export function matchesTag(wanted: WantedTags, info: FileInfo, strong: boolean): boolean {
  if (wanted === "*") return true;
  const tags = tagsOf(info);
  return wanted.some(({ weak, tag }) => !(strong && weak) && tags.includes(tag));
}
