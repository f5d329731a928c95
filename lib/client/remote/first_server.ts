/**
 * Connecting to the first server of a cluster that can be reached.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import { CLUSTER_DIAL_TIMEOUT_MS, FAILED_SERVER_REST_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { OpenRemote } from "./open.ts";
import { ClusterError } from "./cluster_error.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import type { Endpoints } from "./endpoints.ts";

/** Options of {@linkcode openFirst}. */
export interface FirstServerOptions {
  /** Called with a text for the user when another server answers than the time before. */
  readonly onMove?: ((notice: string) => void) | undefined;
  /** The time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Makes a function that connects to the first of several servers that answers. They are tried in
 * order; one that failed less than FAILED_SERVER_REST_MS ago is tried last.
 *
 * @param open Connects to one server. Only an error that a retry may mend leads to the next one: a
 *   wrong password or a changed identity is the user's to know.
 * @throws For a single server, its error; for several, a {@linkcode ClusterError}.
 */
export function openFirst(
  endpoints: Endpoints,
  open: (endpoint: Endpoint) => OpenRemote,
  { onMove = () => {}, now = Date.now }: FirstServerOptions = {},
): OpenRemote {
  if (endpoints.length === 1) return open(endpoints[0]);
  const failedMs = new Map<Endpoint, number>();
  let last = endpoints[0];
  const rests = (endpoint: Endpoint) =>
    Math.abs(now() - (failedMs.get(endpoint) ?? -Infinity)) < FAILED_SERVER_REST_MS;
  return async (options) => {
    if (options?.only !== undefined) return await open(options.only)(options);
    const order = [...endpoints.filter((one) => !rests(one)), ...endpoints.filter(rests)];
    const errors: FtError[] = [];
    for (const endpoint of order) {
      const isLast = errors.length === order.length - 1;
      const dialTimeoutMs = isLast ? undefined : CLUSTER_DIAL_TIMEOUT_MS;
      try {
        const remote = await open(endpoint)({ ...options, dialTimeoutMs });
        failedMs.delete(endpoint);
        if (endpoint !== last) {
          onMove([`using ${formatEndpoint(endpoint)}`, ...reasons(errors)].join(": "));
        }
        last = endpoint;
        return remote;
      } catch (thrown) {
        const error = asFtError(thrown);
        if (!error.retryable) throw error;
        failedMs.set(endpoint, now());
        errors.push(error);
      }
    }
    throw new ClusterError(errors);
  };
}

/** Why the preferred server was not used. */
function reasons([first]: readonly FtError[]): string[] {
  return first === undefined ? [] : [first.message];
}
