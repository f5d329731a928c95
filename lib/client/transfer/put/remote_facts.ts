/**
 * Times and permission bits of files on the server that have the content of their source already.
 *
 * @module
 */

import { hasCode } from "../../../base/errors.ts";
import type { FileInfo, Files } from "../../../service/files.ts";
import { equalFileBits } from "../../../storage/permission_bits.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";
import { noticeTime, sameTime, type SourceFacts } from "../local_facts.ts";

/** Whether a file on the server has another time or other bits than its source. */
export function differsInFacts(found: FileInfo, facts: Partial<SourceFacts>): boolean {
  const { mtimeMs = found.mtimeMs, mode } = facts;
  if (!sameTime(found.mtimeMs, mtimeMs)) return true;
  if (found.mode === undefined || mode === undefined) return false;
  return equalFileBits(found.mode, facts) !== found.mode;
}

/**
 * Gives a file on the server time and permission bits of its source. Where that is not possible, it is
 * left as it is, with a notice: the content is there.
 *
 * @param facts Those of the source, if they are kept.
 * @throws `conflict` if the content is another by now.
 */
export async function bringRemoteFacts(
  files: Files,
  target: { readonly name: string; readonly found: FileInfo; readonly root: string },
  facts: Partial<SourceFacts>,
  context: Pick<TransferContext, "signal" | "onEvent">,
): Promise<void> {
  const { name, found, root } = target;
  if (!differsInFacts(found, facts)) return;
  try {
    const stored = await files.setFacts(name, { root, ...facts, signal: context.signal });
    noticeTime(name, facts.mtimeMs, stored.mtimeMs, context);
  } catch (error) {
    if (!hasCode(error, "not_allowed") && !hasCode(error, "protocol")) throw error;
    const text = `time and permission bits of ${name} stay as they are: ${error.message}`;
    context.onEvent({ kind: "notice", text });
  }
}
