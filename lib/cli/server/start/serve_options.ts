/**
 * Works out the options of `serve` from its flags.
 *
 * @module
 */

import type { AnonymousAccess } from "../../../auth/permission.ts";
import { FtError } from "../../../base/errors.ts";
import type { LogLevel } from "../../../base/log.ts";
import { isLoopbackHost } from "../../../net/loopback.ts";
import type { TlsFiles } from "../../../net/tls_identity.ts";
import type { Source } from "../../program/program_table.ts";
import type { ServerValues } from "../server_flags.ts";

const TLS_PORT = 9998;
const PLAINTEXT_PORT = 9999;

/** The URLs to listen on: those of `--listen`, else the default listeners on the bound address. */
export function listenUrls(values: Pick<ServerValues, "listen" | "bind">): readonly string[] {
  if (values.listen.length > 0) return values.listen;
  const host = values.bind.includes(":") && !values.bind.startsWith("[")
    ? `[${values.bind}]`
    : values.bind;
  return [`fts://${host}:${TLS_PORT}`, `ft://${host}:${PLAINTEXT_PORT}`];
}

/** Whether only this machine can reach a listener. One that cannot be parsed counts as open. */
export function isLoopback(url: string): boolean {
  const [, v6, name] = /^[a-z+]+:\/\/(?:\[([^\]]+)\]|([^:/]+))/i.exec(url) ?? [];
  return isLoopbackHost(v6 ?? name ?? "");
}

/** Whether an address stands for all addresses of this machine. */
export function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::";
}

/** The access of anonymous users: as set, else `write` only if no other machine can connect. */
export function anonymousAccess(
  flag: AnonymousAccess | undefined,
  listen: readonly string[],
): AnonymousAccess {
  return flag ?? (listen.every(isLoopback) ? "write" : "read");
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
