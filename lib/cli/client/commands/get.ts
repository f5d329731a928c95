/**
 * `ftclient get`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { ClientContext } from "../client_context.ts";
import { downloadTarget } from "../last_word.ts";
import { runTransfer } from "../transfer_command.ts";
import { openingVersion } from "../version_transfers.ts";
import { rememberedRoots, transferOptions } from "../transfer_options.ts";

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/** @throws `usage` for options that contradict each other. */
function checkOptions({ args, values, sources }: ClientContext): void {
  const { output, rev } = values;
  if (rev !== undefined && args.length > 1) throw usage("--rev takes a single NAME", "rev");
  if (rev !== undefined && values.recursive) throw usage("--rev is for a single file", "rev");
  if (output === undefined) return;
  if (args.length > 1) throw usage("-o takes a single NAME; use -d DIR for several", "output");
  if (values.recursive) throw usage("-o is for a single file; use -d DIR with -r", "output");
  if (sources.dir === "flag" && sources.output === "flag") {
    throw usage("-d and -o are mutually exclusive", "dir");
  }
  if (output === "-" && values["dry-run"]) {
    throw usage("-n and -o - are mutually exclusive", "dry-run");
  }
  if (output === "-" && values.json && sources.json === "flag") {
    throw usage("-o - and --json both need stdout", "output");
  }
}

/** Downloads files, folders with `-r`, or a single file to stdout. */
export async function runGet(context: ClientContext): Promise<number> {
  checkOptions(context);
  const { values: { output, rev }, out } = context;
  const open = rev === undefined ? context.open : openingVersion(context.open, rev);
  const options = transferOptions(context);
  const { getFiles } = await import("../../../client/transfer/get/get_files.ts");
  const { names, dir } = await downloadTarget(context);
  const piped = output === "-";
  const roots = rememberedRoots(context);
  const target = piped ? { sink: out.contentSink(), sinkBorrows: true } : { output };
  return await runTransfer({ ...context, args: names }, {
    pipe: piped ? "stdout" : undefined,
    // Content for stdout is never filtered.
    filter: piped ? undefined : options.filter,
    transfer: (onEvent, signal) =>
      getFiles(
        open,
        { names, patterns: rev === undefined, dir, roots, ...target, ...options },
        onEvent,
        signal,
      ),
  });
}
