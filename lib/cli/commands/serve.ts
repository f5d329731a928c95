/**
 * `ftserver serve`.
 *
 * @module
 */

import type { Logger } from "../../base/log.ts";
import { VERSION } from "../../base/version.ts";
import type { ServerOptions } from "../../server/server.ts";
import { type EndSignal, interruptedBy, watchSignals } from "../interrupts.ts";
import { openServeLog } from "../serve_log.ts";
import { anonymousRight, listenUrls, stateDir, tlsFiles } from "../serve_options.ts";
import type { ServerContext } from "../server_context.ts";
import { openConsole } from "./serve_console.ts";

/** Everything the server needs to know. */
function serverOptions({ values, readEnv }: ServerContext, log: Logger): ServerOptions {
  const listen = listenUrls(values);
  const tls = tlsFiles(values);
  return {
    root: values.root,
    state: stateDir(values.state, readEnv),
    listen,
    ...(tls && { tls }),
    anonymous: anonymousRight(values.anonymous, listen),
    log,
    announceUploads: values["announce-uploads"] ?? true,
    maxConnections: values["max-connections"],
    maxConnectionsPerHost: values["max-connections-per-host"],
    maxRate: values.bwlimit ?? 0,
    handshakeTimeoutMs: values["handshake-timeout"] * 1000,
    idleTimeoutMs: values["idle-timeout"] * 1000,
  };
}

/** Serves until a signal; the first drains, the second ends at once. */
export async function runServe(context: ServerContext): Promise<number> {
  const { out } = context;
  const { log } = await openServeLog(context);
  const options = serverOptions(context, log);
  const { startServer } = await import("../../server/server.ts");
  const stopping = Promise.withResolvers<void>();
  // They stand before the server does, so that no signal finds the program without them.
  let asked = 0;
  const onSignal = (signal: EndSignal) => {
    if (asked++ > 0) {
      out.flush();
      context.exit(interruptedBy(signal).exitCode);
    }
    log.info("server.drain", { signal });
    stopping.resolve();
  };
  using _signals = watchSignals(onSignal);
  log.info("server.start", { version: VERSION, pid: Deno.pid, root: options.root });
  await using server = await startServer(options);
  for (const address of server.addresses) out.line(`listening on ${address}`);
  log.info("server.ready", { listen: server.addresses.join(" ") });
  out.line("ready");
  out.flush();
  await using _console = openConsole(context, server.chat, {
    onQuit: () => stopping.resolve(),
    onInterrupt: () => onSignal("SIGINT"),
  });
  await Promise.race([stopping.promise, server.finished]);
  await server.drain();
  log.info("server.stop");
  return 0;
}
