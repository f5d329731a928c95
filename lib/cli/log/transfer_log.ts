/**
 * Logs the transfers of a client.
 *
 * @module
 */

import { type Logger, SILENT } from "../../base/log.ts";
import { Tenths } from "../../base/tenths.ts";
import type {
  OnTransferEvent,
  RemovedName,
  TransferEvent,
} from "../../client/remote/transfer_events.ts";

/** A running transfer. */
interface RunningTransfer {
  readonly log: Logger;
  readonly bytes: number | undefined;
  readonly tenths: Tenths;
}

/** Makes a listener that logs starts, every tenth of progress, ends and retries. */
export function transferLog(log: Logger): OnTransferEvent {
  if (log === SILENT) return () => {};
  const running = new Map<string, RunningTransfer>();
  let last = 0;
  return (event) => {
    if (event.kind === "retry") return logRetry(log, event);
    if (event.kind === "notice") return log.info("transfer.notice", { message: event.text });
    if (event.kind === "plan" || event.kind === "planned" || event.kind === "unwanted") return;
    if (event.kind === "removed") return logRemoved(log, event);
    const key = `${event.op} ${event.name}`;
    const transfer = running.get(key);
    if (event.kind === "progress") return transfer && logTenth(transfer, event.done);
    const { op, name } = event;
    const ownLog = transfer?.log ?? log.with({ transfer: ++last, op, name });
    if (event.kind === "start") {
      if (transfer !== undefined) return;
      running.set(key, { log: ownLog, bytes: event.bytes, tenths: new Tenths(event.bytes) });
      return ownLog.info("transfer.start", { bytes: event.bytes });
    }
    running.delete(key);
    logEnd(ownLog, event);
  };
}

function logRetry(log: Logger, event: TransferEvent & { readonly kind: "retry" }): void {
  const { attempt, of, atMs, error: { code, message } } = event;
  log.warning("connection.retry", { attempt, of, waitMs: atMs - Date.now(), code, message });
}

function logRemoved(log: Logger, { op, name, path, kept }: RemovedName): void {
  log.info("transfer.removed", { op, name, path, kept });
}

function logTenth({ bytes, log, tenths }: RunningTransfer, done: number): void {
  const percent = tenths.reached(done);
  if (percent !== undefined) log.info("transfer.progress", { percent, done, bytes });
}

function logEnd(log: Logger, event: TransferEvent & { readonly kind: "end" | "failed" }): void {
  if (event.kind === "failed") {
    const { code, message } = event.error;
    return log.error("transfer.end", { result: code, message });
  }
  const { bytes, moved, root, seconds, path } = event;
  const rate = Math.round(moved / Math.max(seconds, 0.001));
  log.info("transfer.end", { path, bytes, moved, root, seconds, rate, result: "done" });
}
