/**
 * `ftserver config --print`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { configKey, dashed, envName, flagsOf } from "../../program/flag_table.ts";
import type { FlagRow } from "../../program/flag_table.ts";
import type { AnyValues, Source } from "../../program/program_table.ts";
import { anonymousRight, listenUrls, stateDir } from "../start/serve_options.ts";
import type { ServerContext } from "../server_context.ts";
import { SERVER_FLAGS } from "../server_flags.ts";

/** Prints every setting `serve` would run with, and where it came from. */
// deno-lint-ignore require-await
export async function runConfig(context: ServerContext): Promise<number> {
  const { values, sources, out, configPath } = context;
  if (!values.print) throw new FtError("usage", "config needs --print", { name: "print" });
  const listen = listenUrls(values);
  const effective: AnyValues = {
    ...values,
    listen,
    state: stateDir(values.state, context.readEnv),
    anonymous: anonymousRight(values.anonymous, listen),
  };
  for (const row of flagsOf(SERVER_FLAGS, "serve")) {
    if (row.argvOnly || row.name === "config") continue;
    const value = effective[row.name] ?? null;
    const source = sources[row.name] ?? "default";
    const from = whence(row, source, configPath);
    if (out.json) out.object({ key: configKey(row), value, source, from });
    else out.line(`${configKey(row)} = ${JSON.stringify(value)}  (${from})`);
  }
  return 0;
}

function whence(row: FlagRow, source: Source, configPath: string | undefined): string {
  switch (source) {
    case "flag":
      return dashed(row.name);
    case "environment":
      return envName("ftserver", row);
    case "config":
      return configPath ?? "config file";
    case "default":
      return "default";
  }
}
