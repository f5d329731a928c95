/**
 * Starting a server with the defaults of `ftserver`.
 *
 * @module
 */

import { systemEnv } from "../base/environment.ts";
import { FtError } from "../base/errors.ts";
import { SILENT } from "../base/log.ts";
import { serverStateDir } from "../base/state_dirs.ts";
import { defaultAccess, defaultListeners } from "./default_access.ts";
import type { RunningServer } from "./running_server.ts";
import { startServer } from "./server.ts";
import type { ServerOptions } from "./server_options.ts";

/** Options of {@linkcode serve}: those of `startServer`, all of them optional. */
export type ServeOptions = Partial<Omit<ServerOptions, "root">>;

/**
 * Serves a folder until the server is disposed.
 *
 * Without options it listens on this machine only, as `fts://127.0.0.1:9998` and
 * `ft://127.0.0.1:9999`; clients without a login may write if no other machine can connect, else
 * only read; its state is where `ftserver` keeps it; nothing is logged.
 *
 * @param root The folder; created if it does not exist.
 * @throws As `startServer`; `usage` if there is no home folder and no `state`.
 *
 * @example
 * ```ts
 * import { serve } from "./serve.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const options = { state: `${dir}/state`, listen: ["ft://127.0.0.1:0"] };
 * await using server = await serve(`${dir}/shared`, options);
 * if (!server.addresses[0]?.startsWith("ft://127.0.0.1:")) throw new Error();
 * ```
 */
export async function serve(root: string, options: ServeOptions = {}): Promise<RunningServer> {
  const { listen = defaultListeners(), state = serverStateDir(systemEnv) } = options;
  if (state === undefined) {
    throw new FtError("usage", "no home folder: set the option `state`", { name: "state" });
  }
  const urls = options.web === undefined ? listen : [...listen, options.web.url];
  const anonymous = options.anonymous ?? defaultAccess(urls);
  return await startServer({ log: SILENT, ...options, root, listen, state, anonymous });
}
