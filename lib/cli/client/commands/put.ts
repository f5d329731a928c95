/**
 * `ftclient put`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type {
  BatchOutcome,
  ExistingTarget,
  OnTransferEvent,
} from "../../../client/remote/transfer_events.ts";
import type { ClientContext } from "../client_context.ts";
import { checkSources } from "../local_sources.ts";
import { existingTarget, runTransfer, transferOptions } from "../transfer_command.ts";

/** Refuses options that contradict each other. */
function check({ args, values }: ClientContext): void {
  if (args.includes("-") && args.length > 1) {
    throw new FtError("usage", "put - takes no other FILE", { name: "-" });
  }
  if (args[0] === "-" && values.as === undefined) {
    throw new FtError("usage", "put - needs --as NAME", { name: "as" });
  }
  if (args[0] === "-" && values["dry-run"]) {
    throw new FtError("usage", "-n does not go with put -", { name: "dry-run" });
  }
  if (values.as !== undefined && args.length > 1) {
    throw new FtError("usage", "--as takes a single FILE", { name: "as" });
  }
}

/** Uploads. */
export async function runPut(context: ClientContext): Promise<number> {
  check(context);
  const { args, values } = context;
  const existing = existingTarget(values, context.sources);
  const piped = args[0] === "-";
  return await runTransfer(context, {
    names: args.length,
    resumable: !piped && !values["no-resume"] && !/^ft\+/.test(values.host ?? ""),
    contentOnStdout: false,
    transfer: (onEvent, signal) => put(context, existing, onEvent, signal),
  });
}

async function put(
  context: ClientContext,
  existing: ExistingTarget,
  onEvent: OnTransferEvent,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const { args, values } = context;
  const piped = args[0] === "-";
  const { good, failed } = piped
    ? { good: [], failed: [] }
    : await checkSources(args, values.recursive);
  for (const { name, error } of failed) onEvent({ kind: "failed", op: "put", name, error });
  if (!piped && good.length === 0) return { done: [], failed };
  const { putFiles } = await import("../../../client/transfer/put/put_files.ts");
  const sent = await putFiles(
    context.open,
    {
      sources: good,
      to: values.to ?? ".",
      ...(values.as === undefined ? {} : { as: values.as }),
      ...(piped ? { input: Deno.stdin.readable } : {}),
      recursive: values.recursive,
      ...transferOptions(values, existing),
      identity: context.identity,
    },
    onEvent,
    signal,
  );
  return { done: sent.done, failed: [...failed, ...sent.failed] };
}
