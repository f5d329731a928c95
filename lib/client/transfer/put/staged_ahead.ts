/**
 * The upload of a single file as it begins with the first bytes of a connection.
 *
 * @module
 */

import type { StageAhead } from "../../remote/open.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import { openSource } from "../local_file.ts";
import { stageOptions } from "./stage_options.ts";

/** The upload of a single file as it begins if nothing has its name. */
export function stagedAhead(job: UploadJob, context: TransferContext): StageAhead | undefined {
  const { name } = job;
  const precondition = { kind: "absent" } as const;
  // A server that does not know the line yet grants a window that leaves nothing to other lanes.
  if ((context.options.lanes ?? 1) !== 1) return undefined;
  try {
    using file = openSource({ ...job, context });
    const alone = !context.options.resume;
    return { name, options: stageOptions({ name, file, precondition, alone }, context) };
  } catch {
    // The upload will report why the file cannot be read.
    return undefined;
  }
}
