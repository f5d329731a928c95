/**
 * `ftclient get`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { ClientContext } from "../client_context.ts";
import { existingTarget, runTransfer, transferOptions } from "../transfer_command.ts";

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/** Refuses options that contradict each other. */
function check({ args, values, sources }: ClientContext): void {
  const { output } = values;
  if (output === undefined) return;
  if (args.length > 1) throw usage("-o takes a single NAME; use -d DIR for several", "output");
  if (values.recursive) throw usage("-o is for a file; use -d DIR with -r", "output");
  if (sources.dir === "flag" && sources.output === "flag") {
    throw usage("-d and -o exclude each other", "dir");
  }
  if (output === "-" && values["dry-run"]) throw usage("-n and -o - exclude each other", "dry-run");
  if (output === "-" && values.json && sources.json === "flag") {
    throw usage("-o - and --json both want stdout", "output");
  }
}

/** Downloads. */
export async function runGet(context: ClientContext): Promise<number> {
  check(context);
  const { args: names, values, out } = context;
  const existing = existingTarget(values, context.sources);
  const { getFiles } = await import("../../../client/transfer/get/get_files.ts");
  const piped = values.output === "-";
  const target = values.output === undefined
    ? {}
    : piped
    ? { sink: out.contentSink() }
    : { output: values.output };
  return await runTransfer(context, {
    names: names.length,
    resumable: !piped && !values["no-resume"] && !/^ft\+/.test(values.host ?? ""),
    contentOnStdout: piped,
    transfer: (onEvent, signal) =>
      getFiles(
        context.open,
        {
          names,
          dir: values.dir ?? ".",
          ...target,
          recursive: values.recursive,
          ...transferOptions(values, existing),
        },
        onEvent,
        signal,
      ),
  });
}
