/**
 * Reads the settings again at SIGHUP, while the server runs.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { AnyValues, Options } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";

/** Flags that take effect at once; the others wait for the next start. */
const LIVE: ReadonlySet<string> = new Set([
  ...["max-connections", "max-connections-per-host", "handshake-timeout", "idle-timeout"],
  ...["log-level", "quiet", "verbose", "tls-cert", "tls-key", "bwlimit"],
]);

/** Options of {@linkcode watchReload}. */
export interface ReloadOptions {
  /** The settings the server was started with. */
  readonly started: ServerValues;
  /** Reads flags, environment and config file again. */
  readonly reread: () => Promise<Options<ServerValues>>;
  /** Applies the settings to the server. @returns Names of changes that no setting shows. */
  readonly apply: (options: Options<ServerValues>) => Promise<readonly string[]>;
  readonly log: Logger;
}

/**
 * Installs a handler for SIGHUP until disposed. Reloads run one after the other. Invalid settings
 * are ignored; the previous ones stay.
 */
export function watchReload(options: ReloadOptions): Disposable {
  let last = Promise.resolve();
  let current = options.started;
  const onHangup = () => {
    last = last.then(async () => {
      current = await reload(current, options);
    });
  };
  try {
    Deno.addSignalListener("SIGHUP", onHangup);
  } catch {
    // Windows has no SIGHUP.
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", onHangup) };
}

/** Reads and applies the settings once. @returns The settings in effect. */
async function reload(
  before: ServerValues,
  { reread, apply, log }: ReloadOptions,
): Promise<ServerValues> {
  try {
    const options = await reread();
    const others = await apply(options);
    const changed = changedFlags(before, options.values);
    const waiting = changed.filter((flag) => !LIVE.has(flag));
    const applied = [...changed.filter((flag) => LIVE.has(flag)), ...others];
    log.info("server.reload", { changed: applied.join(" ") });
    if (waiting.length > 0) log.warning("server.reload_waits", { flags: waiting.join(" ") });
    return options.values;
  } catch (error) {
    const { code, message } = asFtError(error);
    log.error("server.reload_failed", { code, message });
    return before;
  }
}

function changedFlags(before: AnyValues, after: AnyValues): string[] {
  return Object.entries(after)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]))
    .map(([key]) => key);
}
