/**
 * Listen URLs: `ft://127.0.0.1:9999`, `fts://[::1]:0`, `ft+line://0.0.0.0:8080`, and those of HTTP.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { formatAddress, parseAddress } from "./address.ts";

/** A parsed listen URL. */
export interface ListenUrl {
  readonly encrypted: boolean;
  /** The only dialect of the listener; absent if the first bytes of a connection decide. */
  readonly dialect?: string;
  /** Whether the listener is for HTTP. @default {false} */
  readonly web?: boolean;
  /** Without brackets. */
  readonly hostname: string;
  /** 0 selects a free one. */
  readonly port: number;
}

/**
 * Parses a listen URL.
 *
 * @throws `usage`.
 *
 * @example
 * ```ts
 * import { parseListenUrl } from "./listen_url.ts";
 *
 * if (parseListenUrl("ft+line://[::1]:0").dialect !== "line") throw new Error();
 * ```
 */
export function parseListenUrl(text: string): ListenUrl {
  const { scheme = "", hostname = "", port = NaN, fragment } = parseAddress(text) ?? {};
  const dialect = /^ft\+([a-z]+)$/.exec(scheme)?.[1];
  const known = scheme === "ft" || scheme === "fts" || dialect !== undefined;
  if (!known || !(port <= 65535) || fragment !== undefined) {
    throw new FtError("usage", `not a listen URL: ${text} (as in ft://127.0.0.1:9999)`);
  }
  return { encrypted: scheme === "fts", dialect, hostname, port };
}

/** The ports of HTTP and HTTPS. */
const WEB_PORTS = { http: 80, https: 443 } as const;

/**
 * Parses the URL of a listener for HTTP.
 *
 * @throws `usage`.
 *
 * @example
 * ```ts
 * import { parseWebUrl } from "./listen_url.ts";
 *
 * if (parseWebUrl("https://[::1]").port !== 443) throw new Error();
 * ```
 */
export function parseWebUrl(text: string): ListenUrl {
  const { scheme, hostname = "", port, fragment } = parseAddress(text) ?? {};
  const known = scheme === "http" || scheme === "https";
  if (!known || (port ?? 0) > 65535 || fragment !== undefined) {
    throw new FtError("usage", `not a web URL: ${text} (as in http://127.0.0.1:8000)`);
  }
  return { encrypted: scheme === "https", hostname, port: port ?? WEB_PORTS[scheme], web: true };
}

/** Formats a listen URL. */
export function formatListenUrl(url: ListenUrl): string {
  return `${schemeOf(url)}://${formatAddress(url.hostname, url.port)}`;
}

function schemeOf({ encrypted, dialect, web }: ListenUrl): string {
  if (web) return encrypted ? "https" : "http";
  return encrypted ? "fts" : dialect === undefined ? "ft" : `ft+${dialect}`;
}
