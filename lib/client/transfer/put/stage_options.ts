/**
 * How an upload is staged.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Precondition, StageOptions } from "../../../service/files.ts";
import { bitsOf } from "../../../storage/permission_bits.ts";
import { contentOptions, type TransferContext } from "../../remote/transfer_context.ts";
import type { SourceFacts } from "../local_facts.ts";
import type { LocalFile } from "../local_file.ts";

/** An upload to stage. */
export interface StageRequest {
  /** The name that the upload was asked for. */
  readonly name: string;
  readonly file: LocalFile;
  readonly precondition: Precondition;
  /** Whether the upload has no token, so that nobody resumes it or takes it over. */
  readonly alone: boolean;
}

/** Returns the options of {@linkcode StageRequest}; the same whenever the file is the same. */
export function stageOptions(
  { name, file, precondition, alone }: StageRequest,
  context: TransferContext,
): StageOptions {
  return {
    bytes: file.info.size,
    token: alone ? undefined : tokenOf(name, context),
    precondition,
    ...sentFacts(file, context),
    ...contentOptions(context),
  };
}

/** Names the upload so that only this client, uploading to this name, resumes it. */
function tokenOf(name: string, { identity }: TransferContext): string {
  return createHash("sha256").update(`${identity}\n${name}`).digest("base64url");
}

/** Time and permission bits of a local file, if they are kept. */
export function sentFacts(
  { info: { mtimeMs, mode } }: LocalFile,
  { options: { times } }: TransferContext,
): Partial<SourceFacts> {
  return times ? { mtimeMs, mode: bitsOf(mode), executable: (mode & 0o100) !== 0 } : {};
}
