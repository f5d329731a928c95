/**
 * `ftclient lock` and `ftclient unlock`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { isoTime, localTime } from "../../format/times.ts";

/** Takes a lease, or renews it; the server may make it shorter than was asked for. */
export async function runLock(context: ClientContext): Promise<number> {
  const { args, values, out, signal } = context;
  const name = args[0]!;
  const ttlMs = Math.ceil(values.ttl * 1000);
  await using remote = await context.connect();
  const { holder, expiresAtMs } = await remote.files.lease(name, { ttlMs, signal });
  if (out.json) out.object({ op: "lock", name, holder, expires: isoTime(expiresAtMs) });
  else out.notice(`locked ${name} until ${localTime(expiresAtMs)}`);
  return 0;
}

/** Ends a lease. */
export async function runUnlock(context: ClientContext): Promise<number> {
  const { args, out, signal } = context;
  const name = args[0]!;
  await using remote = await context.connect();
  await remote.files.release(name, { signal });
  if (out.json) out.object({ op: "unlock", name });
  else out.notice(`unlocked ${name}`);
  return 0;
}
