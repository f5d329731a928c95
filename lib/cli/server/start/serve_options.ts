/**
 * What `serve` works out from its flags.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { LogLevel } from "../../../base/log.ts";
import { isLoopbackHost } from "../../../net/loopback.ts";
import type { TlsFiles } from "../../../net/tls_identity.ts";
import { type ReadEnv, xdgDir } from "../../../base/environment.ts";
import type { Source } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";

const TLS_PORT = 9998;
const PLAIN_PORT = 9999;

/** Where to listen: what was asked for, else the default listeners on the bound address. */
export function listenUrls(values: Pick<ServerValues, "listen" | "bind">): readonly string[] {
  if (values.listen.length > 0) return values.listen;
  const host = values.bind.includes(":") && !values.bind.startsWith("[")
    ? `[${values.bind}]`
    : values.bind;
  return [`fts://${host}:${TLS_PORT}`, `ft://${host}:${PLAIN_PORT}`];
}

/** Whether only this machine can reach a listener; one that cannot be read counts as open. */
export function isLoopback(url: string): boolean {
  const [, v6, name] = /^[a-z+]+:\/\/(?:\[([^\]]+)\]|([^:/]+))/i.exec(url) ?? [];
  return isLoopbackHost(v6 ?? name ?? "");
}

/** What a client without login may do: to write only where nobody else can reach. */
export function anonymousRight(
  asked: ServerValues["anonymous"],
  listen: readonly string[],
): "none" | "read" | "write" {
  return asked ?? (listen.every(isLoopback) ? "write" : "read");
}

/**
 * The folder for what the server remembers.
 *
 * @throws `usage` when nothing says where.
 */
export function stateDir(asked: string | undefined, readEnv: ReadEnv): string {
  if (asked !== undefined) return asked;
  const dir = xdgDir(readEnv, "XDG_STATE_HOME", ".local/state");
  if (dir !== undefined) return `${dir}/ftserver`;
  throw new FtError("usage", "no home folder: give --state DIR", { name: "state" });
}

/**
 * Certificate and key that the user brings along.
 *
 * @throws `usage` for one without the other.
 */
export function tlsFiles(
  values: Pick<ServerValues, "tls-cert" | "tls-key">,
): TlsFiles | undefined {
  const { "tls-cert": cert, "tls-key": key } = values;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new FtError("usage", "--tls-cert and --tls-key belong together", { name: "tls-cert" });
}

/** The minimum level to log: as set, else lower with `-v` and higher with `-q`. */
export function logLevel(
  values: Pick<ServerValues, "log-level" | "quiet" | "verbose">,
  sources: Readonly<Record<string, Source>>,
): LogLevel {
  if (sources["log-level"] !== "default") return values["log-level"];
  return values.verbose ? "debug" : values.quiet ? "warning" : values["log-level"];
}
