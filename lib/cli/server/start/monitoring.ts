/**
 * Lets other programs watch a running server: a status socket, metrics, and the service manager.
 *
 * @module
 */

import { DescriptorReserve } from "../../../base/descriptors.ts";
import type { ReadEnv } from "../../../base/environment.ts";
import { OPERATOR_DESCRIPTORS } from "../../../base/limits.ts";
import type { Logger } from "../../../base/log.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { AskedRepairs } from "./asked_repairs.ts";
import type { RunningServer } from "../../../server/running_server.ts";

/** The path of the socket that answers with the server's status. */
export function statusPath(state: string): string {
  return `${state}/status.sock`;
}

/** The path of the socket that answers with the server's locks. */
export function locksPath(state: string): string {
  return `${state}/locks.sock`;
}

/** The path of the socket that repairs files. */
export function repairPath(state: string): string {
  return `${state}/repair.sock`;
}

/** Options of {@linkcode openMonitoring}. */
export interface MonitoringOptions {
  /** The state folder. */
  readonly state: string;
  /** Where to serve metrics; `undefined` for nowhere. */
  readonly metrics: string | undefined;
  readonly log: Logger;
}

/**
 * Opens the sockets for status and locks, and serves metrics if they are enabled.
 *
 * @returns The URL of the metrics, if they are served.
 * @throws If metrics cannot be served at their URL.
 */
export async function openMonitoring(
  server: RunningServer,
  { state, metrics, log }: MonitoringOptions,
  owned: AsyncDisposableStack,
): Promise<string | undefined> {
  const { answerLocally, answerQuestions } = await import("../../../net/local_socket.ts");
  const status = () => server.status();
  const reserve = owned.use(new DescriptorReserve(state, OPERATOR_DESCRIPTORS));
  const options = { log, reserve };
  try {
    const answer = () => JSON.stringify(status());
    owned.use(await answerLocally(statusPath(state), answer, options));
    const locks = () => JSON.stringify(server.locks());
    owned.use(await answerLocally(locksPath(state), locks, options));
    const asked = new AskedRepairs((path) => repairLogged(server, log, path));
    const repairs = (path: string) => asked.answer(path);
    owned.use(await answerQuestions(repairPath(state), repairs, options));
  } catch (error) {
    // The path is too long or the system has no such sockets; the server runs without one.
    log.warning("status.unavailable", { message: asFtError(error).message });
  }
  const { exportTelemetry } = await import("../../../server/telemetry.ts");
  exportTelemetry(status);
  if (metrics === undefined) return undefined;
  const { serveHttp } = await import("../../../net/http_server.ts");
  const { answerMetrics } = await import("../../../server/metrics.ts");
  const answer = (request: Request) => answerMetrics(request, status);
  return owned.use(serveHttp(metrics, answer, options)).url;
}

/** Repairs a file in which `ftserver scrub` has found damage. */
async function repairLogged(server: RunningServer, log: Logger, name: string): Promise<boolean> {
  const isWhole = await server.repair(name);
  if (isWhole) log.warning("scrub.repaired", { name });
  return isWhole;
}

/** Notifies systemd if it started the server. An error is logged and otherwise ignored. */
export async function notifySystemd(
  readEnv: ReadEnv,
  message: "READY=1" | "STOPPING=1",
  { state, log }: Pick<MonitoringOptions, "state" | "log">,
): Promise<void> {
  const socket = readEnv("NOTIFY_SOCKET");
  if (socket === undefined || socket === "") return;
  try {
    const { notifyServiceManager } = await import("../../../net/notify_socket.ts");
    await notifyServiceManager(socket, message, `${state}/notify.sock`);
  } catch (error) {
    log.warning("systemd.unreachable", { message: String(error) });
  }
}
