/**
 * Whether the conditions of an `If` field hold.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import type { Exchange } from "../../door/exchange.ts";
import { preconditionFailed } from "../../http/conditions.ts";
import { tagsOf } from "../../http/entity_tags.ts";
import { lookUp, type Place } from "../../files/place.ts";
import { rootOfVersion } from "../../files/version_root.ts";
import { pathIn } from "../../files/web_path.ts";
import type { IfCondition, IfList } from "./if_header.ts";

/** The place of the request, and the user's files and locks. */
type Subject = Pick<Place, "files" | "locks" | "path" | "base">;

const ROOT_TAG = /^"[0-9a-f]{64}"$/;

/**
 * Requires that all conditions of one list hold.
 *
 * @throws {HttpError} 412 if those of none do.
 */
export async function requireIf(
  lists: readonly IfList[],
  { origin, signal }: Pick<Exchange, "origin" | "signal">,
  subject: Subject,
): Promise<void> {
  for (const { resource, conditions } of lists) {
    const named = resource === undefined ? subject : pathIn(resource, origin, subject.base);
    const { path } = named ?? { path: null };
    if (await holdAll(conditions, { ...subject, path }, signal)) return;
  }
  throw preconditionFailed();
}

/** A resource; `null` is one that this server does not have. */
type Resource = Pick<Subject, "files" | "locks"> & { readonly path: string | null };

async function holdAll(
  conditions: readonly IfCondition[],
  of: Resource,
  signal: AbortSignal,
): Promise<boolean> {
  for (const condition of conditions) {
    if (await holds(condition, of, signal) === condition.not) return false;
  }
  return true;
}

async function holds(
  { kind, value }: IfCondition,
  { files, locks, path }: Resource,
  signal: AbortSignal,
): Promise<boolean> {
  if (path === null) return false;
  if (kind === "token") return locks.has(path, value);
  try {
    const info = await lookUp(files, path, { signal });
    // A weak tag is none of a file.
    if (info === null) return false;
    if (tagsOf(info).includes(value)) return true;
    if (info.root !== undefined || info.type === "dir" || !ROOT_TAG.test(value)) return false;
    return `"${await rootOfVersion({ files, path }, info, signal)}"` === value;
  } catch (error) {
    // A client that may not know a file cannot make a condition about it.
    if (hasCode(error, "not_allowed")) return false;
    throw error;
  }
}
