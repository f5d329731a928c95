/**
 * Works out the options of `serve` from its flags.
 *
 * @module
 */

import type { AnonymousAccess } from "../../../auth/permission.ts";
import { FtError } from "../../../base/errors.ts";
import type { LogLevel } from "../../../base/log.ts";
import type { TlsFiles } from "../../../net/tls_identity.ts";
import { defaultAccess, defaultListeners } from "../../../server/default_access.ts";
import type { Options, Source } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";

/** The last port whose successor is a port, too. */
const MAX_PORT = 65534;

/** Sources of settings, the strongest first. */
const SOURCES: readonly Source[] = ["flag", "environment", "config", "default"];

/**
 * The URLs to listen on: those of `--listen`, else the default listeners on the bound address.
 *
 * @throws `usage` for a port that is too high, or one that is set at least as strongly as the URLs
 *   that replace it.
 */
export function listenUrls(
  { values, sources }: Options<Pick<ServerValues, "listen" | "bind" | "port">>,
): readonly string[] {
  const { listen, port } = values;
  if (port > MAX_PORT) {
    throw new FtError("usage", `--port: expected at most ${MAX_PORT}, got ${port}`, {
      name: "port",
    });
  }
  if (listen.length > 0) {
    const strength = (name: "port" | "listen") => SOURCES.indexOf(sources[name] ?? "default");
    if (strength("port") > strength("listen") || sources.port === "default") return listen;
    const message = "--port and --listen exclude each other: the URLs of --listen have ports";
    throw new FtError("usage", message, { name: "port" });
  }
  return defaultListeners(values.bind, port);
}

/** Whether an address stands for all addresses of this machine. */
export function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

/**
 * The access of anonymous users: as set, else `write` only if no other machine can connect.
 *
 * @param web The URL of the listener for HTTP, if there is one.
 */
export function anonymousAccess(
  flag: AnonymousAccess | undefined,
  listen: readonly string[],
  web?: string,
): AnonymousAccess {
  return flag ?? defaultAccess(web === undefined ? listen : [...listen, web]);
}

/**
 * The certificate and key that the user provides.
 *
 * @throws `usage` for one without the other.
 */
export function tlsFiles(
  values: Pick<ServerValues, "tls-cert" | "tls-key">,
): TlsFiles | undefined {
  const { "tls-cert": cert, "tls-key": key } = values;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return undefined;
  throw new FtError("usage", "--tls-cert and --tls-key need each other", { name: "tls-cert" });
}

/** The minimum level to log: as set, else lower with `-v` and higher with `-q`. */
export function logLevel(
  values: Pick<ServerValues, "log-level" | "quiet" | "verbose">,
  sources: Readonly<Record<string, Source>>,
): LogLevel {
  if (sources["log-level"] !== "default") return values["log-level"];
  return values.verbose ? "debug" : values.quiet ? "warning" : values["log-level"];
}
