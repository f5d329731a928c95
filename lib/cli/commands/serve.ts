/**
 * `ftserver serve`.
 *
 * @module
 */

import { createLogger } from "../../base/log.ts";
import type { ServerOptions } from "../../server/server.ts";
import { interruptedBy, watchSignals } from "../interrupts.ts";
import { lineSink } from "../log_sink.ts";
import { anonymousRight, listenUrls, logLevel, stateDir } from "../serve_options.ts";
import type { ServerContext } from "../server_context.ts";

/** Everything the server needs to know. */
function serverOptions({ values, sources, out, readEnv }: ServerContext): ServerOptions {
  const listen = listenUrls(values);
  const level = logLevel(values, sources["log-level"] !== "default");
  return {
    root: values.root,
    state: stateDir(values.state, readEnv),
    listen,
    anonymous: anonymousRight(values.anonymous, listen),
    log: createLogger(lineSink(values["log-format"], (line) => out.error(line)), level),
    maxConnections: values["max-connections"],
    maxConnectionsPerHost: values["max-connections-per-host"],
    handshakeTimeoutMs: values["handshake-timeout"] * 1000,
    idleTimeoutMs: values["idle-timeout"] * 1000,
  };
}

/** Serves until a signal; the first drains, the second ends at once. */
export async function runServe(context: ServerContext): Promise<number> {
  const { out } = context;
  const options = serverOptions(context);
  const { startServer } = await import("../../server/server.ts");
  const stopping = Promise.withResolvers<void>();
  // They stand before the server does, so that no signal finds the program without them.
  using _signals = watchSignals((signal, before) => {
    if (before > 0) {
      out.flush();
      context.exit(interruptedBy(signal).exitCode);
    }
    options.log.info("server.drain", { signal });
    stopping.resolve();
  });
  await using server = await startServer(options);
  for (const address of server.addresses) out.line(`listening on ${address}`);
  out.line("ready");
  out.flush();
  await Promise.race([stopping.promise, server.finished]);
  await server.drain();
  return 0;
}
