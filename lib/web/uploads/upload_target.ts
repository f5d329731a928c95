/**
 * The target of an upload.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { otherNames } from "../../base/other_names.ts";
import type { FileInfo, Files } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { lookUp } from "../files/place.ts";
import { existing, preconditionOf } from "../files/put.ts";
import { requireConditions } from "../http/conditions.ts";
import { HttpError } from "../http/http_error.ts";
import type { UploadFacts } from "./stored_upload.ts";

/** A target, and the facts with the preconditions of the request that creates the upload. */
export interface Target {
  readonly path: string;
  readonly facts: UploadFacts;
}

/**
 * Chooses the target of a new upload.
 *
 * @throws {HttpError} 412 if a precondition does not hold or the name is taken; what `Files.stat`
 *   throws.
 */
export async function targetFor(
  files: Files,
  facts: UploadFacts,
  request: Pick<Exchange, "headers" | "signal">,
): Promise<Target> {
  const { name } = facts;
  const place = { files, path: name };
  const before = await existing(place, request);
  requireConditions(request.headers, before);
  const precondition = await preconditionOf(request, place, before);
  if (precondition.kind === "root") {
    return { path: name, facts: { ...facts, existing: "overwrite", replaces: precondition.root } };
  }
  const kept = precondition.kind === "absent" ? { ...facts, existing: "refuse" as const } : facts;
  if (before === null || (kept.existing === "overwrite" && before.type === "file")) {
    return { path: name, facts: kept };
  }
  if (kept.existing === "rename") return { path: await freeTarget(files, name), facts: kept };
  throw taken(before);
}

function taken({ path, type }: FileInfo): HttpError {
  const message = type === "dir" ? `it is a folder: ${path}` : `already exists: ${path}`;
  return new HttpError(412, message, { name: path });
}

/** Returns another name, which is free. @throws `conflict` when none is. */
export async function freeTarget(files: Files, name: string): Promise<string> {
  for (const other of otherNames(name)) if (await isFree(files, other)) return other;
  throw new FtError("conflict", `already exists: ${name}`, { name });
}

/** A user who may not see whether a name is free learns it at the end. */
async function isFree(files: Files, path: string): Promise<boolean> {
  try {
    return await lookUp(files, path, {}) === null;
  } catch (error) {
    if (hasCode(error, "not_allowed")) return true;
    throw error;
  }
}
