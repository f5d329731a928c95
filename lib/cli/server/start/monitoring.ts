/**
 * What watches a running server from outside: the status socket, metrics, the service manager.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import type { RunningServer } from "../../../server/server.ts";
import type { ReadEnv } from "../../../base/environment.ts";

/** Where a server's status is asked for. */
export function statusPath(state: string): string {
  return `${state}/status.sock`;
}

/** What is opened beside the server. */
export interface DoorOptions {
  readonly state: string;
  /** Where metrics are wanted. */
  readonly metrics: string | undefined;
  readonly log: Logger;
}

/**
 * Opens the doors.
 *
 * @returns The metrics' URL, where they are wanted.
 * @throws When metrics cannot be served where they were asked for.
 */
export async function openDoors(
  server: RunningServer,
  { state, metrics, log }: DoorOptions,
  owned: AsyncDisposableStack,
): Promise<string | undefined> {
  const { answerLocally } = await import("../../../net/local_socket.ts");
  const status = () => server.status();
  try {
    const answer = () => JSON.stringify(status());
    owned.use(await answerLocally(statusPath(state), answer));
  } catch (error) {
    // Too long a path, or a system without such sockets: serving goes on.
    log.warning("status.unavailable", { message: String(error) });
  }
  const { exportTelemetry } = await import("../../../server/telemetry.ts");
  exportTelemetry(status);
  if (metrics === undefined) return undefined;
  const { openHttpDoor } = await import("../../../net/http_door.ts");
  const { answerMetrics } = await import("../../../server/metrics.ts");
  return owned.use(openHttpDoor(metrics, (request) => answerMetrics(request, status))).url;
}

/** Tells systemd, where it listens; that it does not hear is no reason to stop. */
export async function notifySystemd(
  readEnv: ReadEnv,
  message: "READY=1" | "STOPPING=1",
  { state, log }: Pick<DoorOptions, "state" | "log">,
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
