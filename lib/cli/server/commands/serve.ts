/**
 * `ftserver serve`.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import { VERSION } from "../../../base/version.ts";
import type { RunningServer } from "../../../server/running_server.ts";
import type { ServedBucket } from "../../../server/served_store.ts";
import type { ServerChanges, ServerOptions } from "../../../server/server_options.ts";
import { type EndSignal, interruptedBy, watchSignals } from "../../program/end_signals.ts";
import { versionPolicy } from "../version_flags.ts";
import type { ServerContext } from "../server_context.ts";
import type { ServerValues } from "../server_flags.ts";
import { type Invitation, invite } from "../start/invitation.ts";
import { type MonitoringOptions, notifySystemd, openMonitoring } from "../start/monitoring.ts";
import { openConsole } from "../start/operator_console.ts";
import { watchReload } from "../start/reload.ts";
import { anonymousAccess, listenUrls, logLevel, tlsFiles } from "../start/serve_options.ts";
import { type RootChoice, servedRoot } from "../start/served_root.ts";
import { servedBucket } from "../start/served_bucket.ts";
import { openServerLog } from "../start/server_log.ts";
import { stoppingText } from "../start/stopping.ts";
import { openWeb } from "../start/web.ts";
import { openWebhooks } from "../start/webhooks.ts";
import { unusedSettings } from "../start/unused_settings.ts";
import { joinedCluster } from "../start/joined_cluster.ts";
import { stateDir } from "../state_dir.ts";

/** The folder with `--store`: none. */
const NO_FOLDER: RootChoice = { root: "", only: undefined, missing: false };

/** The options that can change while the server runs. */
function serverChanges(values: ServerValues): ServerChanges {
  return {
    tls: tlsFiles(values),
    maxConnections: values["max-connections"],
    maxConnectionsPerHost: values["max-connections-per-host"],
    maxRate: values.bwlimit ?? 0,
    handshakeTimeoutMs: values["handshake-timeout"] * 1000,
    idleTimeoutMs: values["idle-timeout"] * 1000,
  };
}

async function serverOptions(
  context: ServerContext,
  served: RootChoice,
  bucket: ServedBucket | undefined,
  log: Logger,
): Promise<ServerOptions> {
  const { values, readEnv } = context;
  const listen = listenUrls(context);
  const web = await openWeb(values);
  return {
    ...serverChanges(values),
    root: served.root,
    only: served.only,
    bucket,
    state: stateDir(values.state, readEnv),
    listen,
    web,
    anonymous: anonymousAccess(values.anonymous, listen, values.web),
    log,
    sharing: values.share,
    announceUploads: values["announce-uploads"] ?? true,
    audit: true,
    versions: versionPolicy(context),
    forgetOwn: values["forget-own"],
    countVersions: values["count-versions"],
    cluster: await joinedCluster(context),
    scrubRepair: values["scrub-repair"],
    scrubEveryMs: values["scrub-every"] === undefined ? undefined : values["scrub-every"] * 1000,
  };
}

/** Reports that the server is ready: to stdout, the log, systemd and the network. */
async function announceReady(
  { out, values, readEnv, owned }: ServerContext,
  server: RunningServer,
  { only, anonymous, ...monitoring }: MonitoringOptions & Pick<Invitation, "only" | "anonymous">,
): Promise<void> {
  const { log, state } = monitoring;
  const metrics = await openMonitoring(server, monitoring, owned);
  const addresses = server.status().addresses;
  for (const address of addresses) out.line(`listening on ${address}`);
  log.info("server.ready", { listen: addresses.join(" "), metrics });
  out.line("ready");
  out.flush();
  await notifySystemd(readEnv, "READY=1", monitoring);
  if (!values.announce && !out.readByPeople) return;
  const { openIdentity } = await import("../../../net/tls_identity.ts");
  const identity = await openIdentity(state, tlsFiles(values));
  const pin = identity.pinnable ? identity.pin : undefined;
  const { addresses: listeners, webUrl: web } = server;
  await invite(out, { addresses: listeners, web, only, anonymous, pin }, values);
  if (!values.announce) return;
  const { announceServer } = await import("../start/announcement.ts");
  owned.use(await announceServer(server.addresses, pin, log));
}

/** Serves until a signal: the first one drains the server, the second ends it at once. */
export async function runServe(context: ServerContext): Promise<number> {
  const { out } = context;
  const { log, recent, setLevel } = await openServerLog(context);
  const bucket = await servedBucket(context);
  const served = bucket === undefined ? servedRoot(context) : NO_FOLDER;
  const { root, only, missing } = served;
  const webhooks = await openWebhooks(context, log);
  const options = {
    ...await serverOptions(context, served, bucket, log),
    ...{ recentLog: recent, observers: webhooks.observers },
  };
  const { startServer } = await import("../../../server/server.ts");
  const stopping = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (signal: EndSignal) => {
    if (signals++ > 0) {
      out.flush();
      context.exit(interruptedBy(signal).exitCode);
    }
    log.info("server.drain", { signal });
    stopping.resolve();
  };
  // Handlers are installed before the server starts, so that no signal kills it halfway.
  using _signals = watchSignals(["SIGINT", "SIGTERM"], onSignal);
  const started = Promise.withResolvers<RunningServer>();
  using _reload = watchReload({
    started: context.values,
    reread: context.reread,
    log,
    async apply({ values, sources }) {
      const { certificate } = await (await started.promise).reload(serverChanges(values));
      setLevel(logLevel(values, sources));
      return certificate ? ["certificate"] : [];
    },
  });
  for (const message of unusedSettings(context)) log.warning("setting.unused", { message });
  log.info("server.start", {
    ...{ version: VERSION, pid: Deno.pid, only },
    root: bucket === undefined ? root : context.values.store,
  });
  await using server = await startServer(options);
  if (missing) log.info("root.created", { root });
  started.resolve(server);
  webhooks.watch(server.chat);
  const monitoring = { state: options.state, metrics: context.values.metrics, log };
  await announceReady(context, server, { ...monitoring, only, anonymous: options.anonymous });
  await using _console = openConsole(context, server, {
    onQuit: () => stopping.resolve(),
    onInterrupt: () => onSignal("SIGINT"),
  });
  if (context.values.once) {
    server.downloaded.then(() => {
      log.info("server.downloaded");
      stopping.resolve();
    });
  }
  await Promise.race([stopping.promise, server.draining, server.finished]);
  if (out.readByPeople) out.notice(stoppingText(server.status()));
  await notifySystemd(context.readEnv, "STOPPING=1", monitoring);
  await server.drain();
  log.info("server.stop");
  return 0;
}
