/**
 * SIGHUP: settings are read again while the server runs.
 *
 * @module
 */

import type { Logger } from "../../../base/log.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { AnyValues, Options } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";

/** Flags that take effect at once; others wait for the next start. */
const LIVE: ReadonlySet<string> = new Set([
  ...["max-connections", "max-connections-per-host", "handshake-timeout", "idle-timeout"],
  ...["log-level", "quiet", "verbose", "tls-cert", "tls-key", "bwlimit"],
]);

/** What a reload works with. */
export interface ReloadOptions {
  /** The settings the server was started with. */
  readonly started: ServerValues;
  /** Reads flags, environment and config file again. */
  readonly reread: () => Promise<Options<ServerValues>>;
  /** Makes the settings count. */
  readonly apply: (options: Options<ServerValues>) => Promise<void>;
  readonly log: Logger;
}

/** Stands a handler for SIGHUP until disposed. Reloads follow one another; a bad one changes nothing. */
export function watchReload(options: ReloadOptions): Disposable {
  let last = Promise.resolve();
  let before = options.started;
  const onHangup = () => {
    last = last.then(async () => {
      before = await reload(before, options);
    });
  };
  try {
    Deno.addSignalListener("SIGHUP", onHangup);
  } catch {
    // Not every system has it.
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", onHangup) };
}

/** Reads and applies once. @returns The settings that count now. */
async function reload(
  before: ServerValues,
  { reread, apply, log }: ReloadOptions,
): Promise<ServerValues> {
  try {
    const options = await reread();
    await apply(options);
    const changed = changedFlags(before, options.values);
    const waiting = changed.filter((flag) => !LIVE.has(flag));
    log.info("server.reload", { changed: changed.filter((flag) => LIVE.has(flag)).join(" ") });
    if (waiting.length > 0) log.warning("server.reload_waits", { flags: waiting.join(" ") });
    return options.values;
  } catch (error) {
    const { code, message } = asFtError(error);
    log.error("server.reload_failed", { code, message });
    return before;
  }
}

function changedFlags(before: ServerValues, after: ServerValues): string[] {
  const old: AnyValues = before;
  return Object.entries(after satisfies AnyValues)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(old[key]))
    .map(([key]) => key);
}
