/**
 * `ftclient lock` and `ftclient unlock`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";
import { forEachName } from "../for_each_name.ts";
import { isoTime } from "../../../base/iso_time.ts";
import { localTime } from "../../format/times.ts";

/** Takes or renews a lease. The server may grant a shorter one than requested. */
export async function runLock(context: ClientContext): Promise<number> {
  const { values, out, signal } = context;
  const ttlMs = Math.ceil(values.ttl * 1000);
  await using remote = await context.connect();
  const { files } = remote;
  const action = async (name: string) => {
    const { holder, expiresAtMs } = await files.lease(name, { ttlMs, signal });
    const object = { op: "lock", name, holder, expires: isoTime(expiresAtMs) };
    out.report(object, `locked ${name} until ${localTime(expiresAtMs)}`);
  };
  return await forEachName(context, { files, take: "trees", action });
}

/** Releases a lease; with `--force` an admin releases anybody's. */
export async function runUnlock(context: ClientContext): Promise<number> {
  const { values: { force }, out, signal } = context;
  await using remote = await context.connect();
  const { files } = remote;
  const action = async (name: string) => {
    await files.release(name, { force, signal });
    out.report({ op: "unlock", name }, `unlocked ${name}`);
  };
  return await forEachName(context, { files, take: "trees", action });
}
