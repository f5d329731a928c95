/**
 * Listen URLs: `ft://127.0.0.1:9999`, `fts://[::1]:0`, `ft+line://0.0.0.0:8080`.
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

/** Formats a listen URL. */
export function formatListenUrl(url: ListenUrl): string {
  const scheme = url.encrypted ? "fts" : url.dialect === undefined ? "ft" : `ft+${url.dialect}`;
  return `${scheme}://${formatAddress(url.hostname, url.port)}`;
}
