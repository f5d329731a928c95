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
  const { dialect } = remote;
  const text = `${values.host} answered in ${ms} ms (${dialect})`;
  out.result({ op: "ping", host: values.host, dialect, ms }, text);
  return 0;
}
