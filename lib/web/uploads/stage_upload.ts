/**
 * The staged file of a resumable upload.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { Files, Precondition, StagedContent, Upload } from "../../service/files.ts";
import type { StoredUpload } from "./stored_upload.ts";

/** An upload whose staged content can be read. */
export type LocalUpload = Upload & { readonly staged: StagedContent };

/**
 * Stages an upload, or continues with what is staged of it.
 *
 * @throws `internal` for a service on another machine, and what `Files.stage` throws.
 */
export async function stageUpload(
  files: Files,
  stored: StoredUpload,
  signal: AbortSignal,
): Promise<LocalUpload> {
  const { id, path, bytes, facts: { mtimeMs, sha256 } } = stored;
  const upload = await files.stage(path, {
    ...{ token: id, precondition: preconditionOf(stored), signal },
    summed: sha256 !== undefined,
    ...(bytes === null ? {} : { bytes }),
    ...(mtimeMs === undefined ? {} : { mtimeMs }),
  });
  if (upload.staged !== undefined) return upload as LocalUpload;
  await upload[Symbol.asyncDispose]();
  throw new FtError("internal", "uploads are staged on another machine");
}

function preconditionOf({ facts: { existing, replaces } }: StoredUpload): Precondition {
  if (replaces !== undefined) return { kind: "root", root: replaces };
  return { kind: existing === "overwrite" ? "any" : "absent" };
}
