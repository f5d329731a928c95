/**
 * `ftclient put`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { BatchOutcome, OnTransferEvent } from "../../../client/remote/transfer_events.ts";
import type { ClientContext } from "../client_context.ts";
import { uploadFolder } from "../last_word.ts";
import { shareNames } from "../share_names.ts";
import { checkSources } from "../local_sources.ts";
import { runTransfer } from "../transfer_command.ts";
import { rememberedRoots, transferOptions } from "../transfer_options.ts";

/** @throws `usage` for options that contradict each other. */
function checkOptions({ args, values }: ClientContext): void {
  if (args.includes("-") && args.length > 1) {
    throw new FtError("usage", "put - takes no other FILE", { name: "-" });
  }
  if (args[0] === "-" && values.as === undefined) {
    throw new FtError("usage", "put - needs --as NAME", { name: "as" });
  }
  if (args[0] === "-" && values["dry-run"]) {
    throw new FtError("usage", "-n and put - are mutually exclusive", { name: "dry-run" });
  }
  if (values.share && values["dry-run"]) {
    throw new FtError("usage", "-n and --share are mutually exclusive", { name: "share" });
  }
  if (values.receipt !== undefined && values["dry-run"]) {
    throw new FtError("usage", "-n and --receipt are mutually exclusive", { name: "receipt" });
  }
  if (values.delete === "forever") {
    const message =
      "--delete=forever is for get: a server decides how long it keeps what it removes";
    throw new FtError("usage", message, { name: "delete" });
  }
  if (values.as !== undefined && args.length > 1) {
    throw new FtError("usage", "--as takes a single FILE", { name: "as" });
  }
}

/** Uploads files, folders with `-r`, or stdin. */
export async function runPut(typed: ClientContext): Promise<number> {
  checkOptions(typed);
  const { files: args, to } = await uploadFolder(typed);
  const context = { ...typed, args };
  const { values: { as }, identity, open } = context;
  const options = transferOptions(context);
  const request = { to, as, identity, roots: rememberedRoots(context), ...options };
  const { putFiles } = await import("../../../client/transfer/put/put_files.ts");
  const piped = args[0] === "-";
  return await runTransfer(context, {
    pipe: piped ? "stdin" : undefined,
    filter: piped ? undefined : options.filter,
    async then(outcome) {
      if (context.values.receipt !== undefined) await keepReceipts(context, outcome);
      if (context.values.share) await shareUploads(context, to, outcome);
    },
    async transfer(onEvent, signal) {
      if (piped) {
        const input = Deno.stdin.readable;
        return await putFiles(open, { ...request, sources: [], input }, onEvent, signal);
      }
      const { good: sources, failed } = await goodSources(context, onEvent);
      if (sources.length === 0) return { done: [], failed };
      const mirror = request.mirror && { ...request.mirror, incomplete: failed.length > 0 };
      const sent = await putFiles(open, { ...request, sources, mirror }, onEvent, signal);
      return { ...sent, failed: [...failed, ...sent.failed] };
    },
  });
}

/** Adds the receipts of what was uploaded to the file of `--receipt`. */
async function keepReceipts(context: ClientContext, { done }: BatchOutcome): Promise<void> {
  const { values: { receipt: path = "" }, signal, out } = context;
  const { receiptsOf } = await import("../../../client/receipts.ts");
  await using remote = await context.connect();
  const receipts = await receiptsOf(remote, done, { signal });
  try {
    const lines = receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join("");
    await Deno.writeTextFile(path, lines, { append: true });
  } catch (error) {
    throw asFtError(error, `Cannot write ${path}`, path);
  }
  out.notice(`${receipts.length === 1 ? "receipt" : `${receipts.length} receipts`} in ${path}`);
}

/** Shares what was uploaded: files, and the topmost folders of trees. */
async function shareUploads(
  context: ClientContext,
  to: string,
  { done }: BatchOutcome,
): Promise<void> {
  const top = to.replace(/^(\.?\/+)+|\/+$/g, "");
  const above = top === "" || top === "." ? 0 : top.split("/").length;
  const names = done.map(({ name }) =>
    context.values.recursive ? name.split("/").slice(0, above + 1).join("/") : name
  );
  await using remote = await context.connect();
  await shareNames(context, remote, [...new Set(names)]);
}

/** Checks the sources, and reports the errors of those that cannot be uploaded. */
async function goodSources(
  { args, values }: ClientContext,
  onEvent: OnTransferEvent,
): Promise<{ good: readonly string[]; failed: BatchOutcome["failed"] }> {
  const { good, failed } = await checkSources(args, values.recursive);
  for (const { name, error } of failed) onEvent({ kind: "failed", op: "put", name, error });
  return { good, failed };
}
