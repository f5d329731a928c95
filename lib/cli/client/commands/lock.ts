/**
 * `ftclient lock` and `ftclient unlock`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { isoTime, localTime } from "../../format/times.ts";

/** Takes or renews a lease. The server may grant a shorter one than requested. */
export async function runLock(context: ClientContext): Promise<number> {
  const { args, values, out, signal } = context;
  const name = args[0]!;
  const ttlMs = Math.ceil(values.ttl * 1000);
  await using remote = await context.connect();
  const { holder, expiresAtMs } = await remote.files.lease(name, { ttlMs, signal });
  const object = { op: "lock", name, holder, expires: isoTime(expiresAtMs) };
  out.report(object, `locked ${name} until ${localTime(expiresAtMs)}`);
  return 0;
}

/** Releases a lease; with `--force` an admin releases anybody's. */
export async function runUnlock(context: ClientContext): Promise<number> {
  const { args, values: { force }, out, signal } = context;
  const name = args[0]!;
  await using remote = await context.connect();
  await remote.files.release(name, { force, signal });
  out.report({ op: "unlock", name }, `unlocked ${name}`);
  return 0;
}
