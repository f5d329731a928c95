/**
 * `ftserver config --print`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { configKey, dashed, envName, type FlagRow, flagsOf } from "../../program/flag_table.ts";
import type { AnyValues, Source } from "../../program/program_table.ts";
import type { ServerContext } from "../server_context.ts";
import { SERVER_FLAGS } from "../server_flags.ts";
import { anonymousAccess, listenUrls } from "../start/serve_options.ts";
import { unusedSettings } from "../start/unused_settings.ts";
import { stateDir } from "../state_dir.ts";

/** Prints the settings that `serve` would use, and where each comes from. */
// deno-lint-ignore require-await
export async function runConfig(context: ServerContext): Promise<number> {
  const { values, sources, out, config } = context;
  if (!values.print) throw new FtError("usage", "config needs --print", { name: "print" });
  const listen = listenUrls(context);
  const effective: AnyValues = {
    ...values,
    listen,
    state: stateDir(values.state, context.readEnv),
    anonymous: anonymousAccess(values.anonymous, listen, values.web),
  };
  for (const row of flagsOf(SERVER_FLAGS, "serve")) {
    if (row.argvOnly || row.name === "config") continue;
    const key = configKey(row);
    const value = effective[row.name] ?? null;
    const source = sources[row.name] ?? "default";
    const from = originOf(row, source, config?.path);
    out.result({ key, value, source, from }, `${key} = ${JSON.stringify(value)}  (${from})`);
  }
  for (const message of unusedSettings(context)) out.notice(message);
  return 0;
}

function originOf(row: FlagRow, source: Source, configPath: string | undefined): string {
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
