/**
 * Downloads of files that grow meanwhile.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { FileInfo } from "../../../service/files.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";

/** The bytes to take of a file, if it may grow: those that it had when it was listed. */
export function snapshotBytes(
  { bytes, context }: { readonly bytes?: number | undefined; readonly context: TransferContext },
): number | undefined {
  return context.options.snapshot ? bytes : undefined;
}

/** @throws `protocol` if a server of an earlier version ignored the request, and the file has grown. */
export function requireSnapshot({ path, bytes }: FileInfo, asked: number | undefined): void {
  if (asked === undefined || bytes <= asked) return;
  throw new FtError("protocol", `this server does not offer snapshots: ${path} has grown`);
}
