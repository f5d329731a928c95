/**
 * Settings that have no effect beside others.
 *
 * @module
 */

import type { Options } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";
import { listenUrls } from "./serve_options.ts";

/** Returns a line for each setting that was given but has no effect. */
export function unusedSettings(options: Options<ServerValues>): readonly string[] {
  const { values, sources } = options;
  const given = (name: keyof ServerValues) => sources[name] !== "default";
  const unused: string[] = [];
  if (given("bind") && values.listen.length > 0) {
    unused.push("--bind has no effect with --listen, whose URLs have their own addresses");
  }
  if (given("port") && values.listen.length > 0) {
    unused.push("--port has no effect with --listen, whose URLs have their own ports");
  }
  const urls = [...listenUrls(options), values.web ?? ""];
  if (given("tls-cert") && !urls.some((url) => /^(fts|https):/.test(url))) {
    unused.push("--tls-cert and --tls-key have no effect without an fts:// or https:// listener");
  }
  for (const name of ["web-origin", "web-host"] as const) {
    if (given(name) && values.web === undefined) {
      unused.push(`--${name} has no effect without --web`);
    }
  }
  if (given("store-credentials") && values.store === undefined) {
    unused.push("--store-credentials has no effect without --store");
  }
  if (
    given("store-ca") && (values.store === undefined || /[?&]endpoint=http:/.test(values.store))
  ) {
    unused.push("--store-ca has no effect without --store and an endpoint with https://");
  }
  for (const name of ["cluster-credentials", "cluster-ca"] as const) {
    if (given(name) && values.cluster === undefined) {
      unused.push(`--${name} has no effect without --cluster`);
    }
  }
  const { "max-connections": all, "max-connections-per-host": host } = values;
  if (given("max-connections-per-host") && host > all) {
    unused.push(`--max-connections-per-host has no effect above --max-connections (${all})`);
  }
  return unused;
}
