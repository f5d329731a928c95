/**
 * `ftclient ping`.
 *
 * @module
 */

import type { ClientContext } from "../client_context.ts";

/** Measures the round-trip time. */
export async function runPing(context: ClientContext): Promise<number> {
  const { out, signal, values } = context;
  await using remote = await context.connect();
  const ms = Number((await remote.ping({ signal })).toFixed(3));
  if (out.json) out.object({ op: "ping", host: values.host, dialect: remote.dialect, ms });
  else out.line(`${values.host} answers in ${ms} ms (${remote.dialect})`);
  return 0;
}
