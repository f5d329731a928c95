/**
 * `ftserver serve`.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import { VERSION } from "../../../base/version.ts";
import type { RunningServer, ServerChanges, ServerOptions } from "../../../server/server.ts";
import { type EndSignal, interruptedBy, watchSignals } from "../../program/end_signals.ts";
import { type DoorOptions, notifySystemd, openDoors } from "../start/monitoring.ts";
import { openServerLog } from "../start/server_log.ts";
import {
  anonymousRight,
  listenUrls,
  logLevel,
  stateDir,
  tlsFiles,
} from "../start/serve_options.ts";
import { watchReload } from "../start/reload.ts";
import type { ServerContext } from "../server_context.ts";
import type { ServerValues } from "../server_flags.ts";
import { openConsole } from "../start/operator_console.ts";

/** What can change while the server runs. */
function changeable(values: ServerValues): ServerChanges {
  const tls = tlsFiles(values);
  return {
    ...(tls && { tls }),
    maxConnections: values["max-connections"],
    maxConnectionsPerHost: values["max-connections-per-host"],
    maxRate: values.bwlimit ?? 0,
    handshakeTimeoutMs: values["handshake-timeout"] * 1000,
    idleTimeoutMs: values["idle-timeout"] * 1000,
  };
}

/** Everything the server needs to know. */
function serverOptions({ values, readEnv }: ServerContext, log: Logger): ServerOptions {
  const listen = listenUrls(values);
  return {
    ...changeable(values),
    root: values.root,
    state: stateDir(values.state, readEnv),
    listen,
    anonymous: anonymousRight(values.anonymous, listen),
    log,
    announceUploads: values["announce-uploads"] ?? true,
  };
}

/** Tells everybody that it serves: the log, who started it, systemd, the network. */
async function announceReady(
  { out, values, readEnv, owned }: ServerContext,
  server: RunningServer,
  doors: DoorOptions,
): Promise<void> {
  const metrics = await openDoors(server, doors, owned);
  for (const address of server.addresses) out.line(`listening on ${address}`);
  doors.log.info("server.ready", { listen: server.addresses.join(" "), metrics });
  out.line("ready");
  out.flush();
  await notifySystemd(readEnv, "READY=1", doors);
  if (!values.announce) return;
  const { announceServer } = await import("../start/announcement.ts");
  const { openIdentity } = await import("../../../net/tls_identity.ts");
  const { pin, pinnable } = await openIdentity(doors.state, tlsFiles(values));
  owned.use(await announceServer(server.addresses, pinnable ? pin : undefined, doors.log));
}

/** Serves until a signal; the first drains, the second ends at once. */
export async function runServe(context: ServerContext): Promise<number> {
  const { out } = context;
  const { log, setLevel } = await openServerLog(context);
  const options = serverOptions(context, log);
  const { startServer } = await import("../../../server/server.ts");
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
  const started = Promise.withResolvers<RunningServer>();
  using _reload = watchReload({
    ...{ started: context.values, reread: context.reread, log },
    async apply({ values, sources }) {
      await (await started.promise).reload(changeable(values));
      setLevel(logLevel(values, sources));
    },
  });
  log.info("server.start", { version: VERSION, pid: Deno.pid, root: options.root });
  await using server = await startServer(options);
  started.resolve(server);
  const doors = { state: options.state, metrics: context.values.metrics, log };
  await announceReady(context, server, doors);
  await using _console = openConsole(context, server.chat, {
    onQuit: () => stopping.resolve(),
    onInterrupt: () => onSignal("SIGINT"),
  });
  await Promise.race([stopping.promise, server.finished]);
  await notifySystemd(context.readEnv, "STOPPING=1", doors);
  await server.drain();
  log.info("server.stop");
  return 0;
}
