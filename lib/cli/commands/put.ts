/**
 * `ftclient put`.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { BatchOutcome, OnTransferEvent } from "../../client/events.ts";
import type { ClientContext } from "../client_context.ts";
import { checkSources } from "../local_sources.ts";
import { existingTarget, runTransfer } from "../transfer_command.ts";

/** Refuses options that contradict each other. */
function check({ args, values }: ClientContext): void {
  if (args.includes("-") && args.length > 1) {
    throw new FtError("usage", "put - takes no other FILE", { name: "-" });
  }
  if (args[0] === "-" && values.as === undefined) {
    throw new FtError("usage", "put - needs --as NAME", { name: "as" });
  }
  if (values.as !== undefined && args.length > 1) {
    throw new FtError("usage", "--as takes a single FILE", { name: "as" });
  }
}

/** Uploads. */
export async function runPut(context: ClientContext): Promise<number> {
  check(context);
  const { args, values } = context;
  existingTarget(values, context.sources);
  const piped = args[0] === "-";
  return await runTransfer(context, {
    names: args.length,
    resumable: !piped && !values["no-resume"],
    contentOnStdout: false,
    transfer: (onEvent, signal) => put(context, piped, onEvent, signal),
  });
}

async function put(
  context: ClientContext,
  piped: boolean,
  onEvent: OnTransferEvent,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const { args, values } = context;
  const { good, failed } = piped
    ? { good: [], failed: [] }
    : await checkSources(args, values.recursive);
  for (const { name, error } of failed) onEvent({ kind: "failed", op: "put", name, error });
  if (!piped && good.length === 0) return { done: [], failed };
  const { putFiles } = await import("../../client/put.ts");
  const sent = await putFiles(
    context.open,
    {
      sources: good,
      to: values.to,
      ...(values.as === undefined ? {} : { as: values.as }),
      ...(piped ? { input: Deno.stdin.readable } : {}),
      recursive: values.recursive,
      existing: existingTarget(values, context.sources),
      times: !values["no-times"],
      resume: !values["no-resume"],
      transfers: values.transfers,
      retries: values.retries,
    },
    onEvent,
    signal,
  );
  return { done: sent.done, failed: [...failed, ...sent.failed] };
}
