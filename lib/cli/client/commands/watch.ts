/**
 * `ftclient watch`.
 *
 * @module
 */

import { FtError, notFound } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { clientStateDir } from "../../../base/state_dirs.ts";
import { parseEndpoint } from "../../../client/remote/endpoint.ts";
import { putFiles } from "../../../client/transfer/put/put_files.ts";
import { watchFolder } from "../../../client/transfer/watch/watch_folder.ts";
import { lockWatch } from "../../../client/transfer/watch/watch_lock.ts";
import { watchedUpload, type WatchRequest } from "../../../client/transfer/watch/watch_request.ts";
import { storePath } from "../../../storage/store_path.ts";
import type { ClientContext } from "../client_context.ts";
import { runTransfer } from "../transfer_command.ts";
import { rememberedRoots, transferOptions } from "../transfer_options.ts";
import { WatchReport } from "../watch_report.ts";

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/** Keeps a folder on the server equal to a local one, until it is interrupted. */
export async function runWatch(context: ClientContext): Promise<number> {
  const { values: { once, host = "" }, readEnv, signal, open } = context;
  const request = await watchRequest(context);
  const { source, target } = request;
  const state = clientStateDir(readEnv);
  using _lock = state === undefined ? undefined : await lockWatch(state, { host, target });
  if (once) {
    return await runTransfer(context, {
      pipe: undefined,
      filter: transferOptions(context).filter,
      transfer: (onEvent, signal) => putFiles(open, watchedUpload(request), onEvent, signal),
    });
  }
  using report = new WatchReport(context, `${source} -> ${target}`);
  const ignored = state === undefined ? [] : [state];
  return await watchFolder(open, { ...request, ignored }, report, signal);
}

/** @throws `usage` without a folder on either side, or over a legacy dialect; `not_found`. */
async function watchRequest(context: ClientContext): Promise<WatchRequest> {
  const { args: [source = "."], values, sources, identity } = context;
  const { to = ".", host, "max-delete": maxRemoved } = values;
  if (sources.to === "default") {
    throw usage(
      "watch needs --to DIR: what DIR has and the local folder does not is removed",
      "to",
    );
  }
  if (host !== undefined && parseEndpoint(host).scheme.startsWith("ft+")) {
    throw usage("watch needs the native protocol: a legacy dialect cannot remove files", "host");
  }
  await requireFolder(source);
  return {
    ...{ ...transferOptions(context), source: source.replace(/(?<=.)\/+$/, ""), identity },
    ...{ target: storePath(to), mirror: { maxRemoved }, roots: rememberedRoots(context) },
  };
}

async function requireFolder(path: string): Promise<void> {
  const info = await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw notFound(path, error);
    throw asFtError(error, `Cannot read ${path}`, path);
  });
  if (!info.isDirectory) throw usage(`not a folder: ${path}`, path);
}
