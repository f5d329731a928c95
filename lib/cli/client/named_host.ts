/**
 * The host of a command: of `--host`, or of the URLs among its names.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { type Endpoint, formatEndpoint } from "../../client/remote/endpoint.ts";
import { type Endpoints, formatEndpoints, parseEndpoints } from "../../client/remote/endpoints.ts";
import { canonicalHost } from "../../net/address.ts";
import type { Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";

/** A run whose host is known. */
export interface NamedHost extends Pick<Options<ClientValues>, "values"> {
  readonly readEnv: ReadEnv;
  /** The token of a link, which logs in; no value has it. */
  readonly token?: string | undefined;
}

/** The environment variables with secrets of a login. */
const LOGIN_VARIABLES = ["FTCLIENT_TOKEN", "FTCLIENT_PASSWORD"];

/**
 * Finds the host of a command.
 *
 * @param named The servers of its URLs.
 * @throws `usage` for two servers, pins or tokens; only a host from the environment or the config file
 *   gives way to that of a URL.
 */
export function namedHost(
  run: Options<ClientValues> & { readonly readEnv: ReadEnv },
  named: readonly Endpoint[],
): NamedHost {
  const { values, sources, readEnv } = run;
  const hosts = values.host === undefined ? undefined : parseEndpoints(values.host);
  const [first] = named;
  if (first === undefined) {
    const token = hosts?.[0].token;
    const host = token === undefined ? values.host : formatEndpoints(hosts!);
    return { values: { ...values, host }, readEnv, token };
  }
  const host = hosts?.find((endpoint) => isSame(endpoint, first)) ?? hosts?.[0];
  const givesWay = host !== undefined && sources.host !== "flag" && !isSame(host, first);
  const all = host === undefined || givesWay ? named : [host, ...named];
  const other = all.find((endpoint) => !isSame(endpoint, all[0]!));
  if (other !== undefined) {
    const both = `${formatEndpoint(all[0]!)} and ${formatEndpoint(other)}`;
    throw new FtError("usage", `two servers in one command: ${both}`, { name: "host" });
  }
  const pin = single("pins", all.map(({ pin }) => pin));
  const token = single("tokens", all.map(({ token }) => token));
  // A URL on one server of a cluster leaves the others to fall back on.
  const servers: Endpoints = host !== undefined && isSame(host, first) ? hosts! : [first];
  const [preferred, ...others] = servers;
  const link = { ...values, host: formatEndpoints([{ ...preferred, pin }, ...others]) };
  return givesWay
    ? { ...elsewhere({ ...run, values: link }), token }
    : { values: link, readEnv, token };
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  const [one, other] = [a, b].map((endpoint) =>
    formatEndpoint({ ...endpoint, hostname: canonicalHost(endpoint.hostname) })
  );
  return one === other;
}

/** The only one of several values. @throws `usage` when they differ. */
function single(what: string, values: readonly (string | undefined)[]): string | undefined {
  const different = [...new Set(values)].filter((value) => value !== undefined);
  if (different.length < 2) return different[0];
  throw new FtError("usage", `two ${what} for one server`, { name: "host" });
}

/** Leaves out what was set for the usual server: a link may come from anybody. */
export function elsewhere(
  { values, sources, readEnv }: Parameters<typeof namedHost>[0],
): NamedHost {
  const typed = <T>(flag: string, value: T) => sources[flag] === "flag" ? value : undefined;
  return {
    values: {
      ...values,
      user: typed("user", values.user),
      "password-file": typed("password-file", values["password-file"]),
      "token-file": typed("token-file", values["token-file"]),
      pin: typed("pin", values.pin),
    },
    readEnv: (name) => LOGIN_VARIABLES.includes(name) ? undefined : readEnv(name),
  };
}
