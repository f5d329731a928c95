/**
 * HTTP access, loaded only when it is asked for.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import type { OwnListener } from "../../../dialects/dialect.ts";
import { parseWebUrl } from "../../../net/listen_url.ts";
import type { ServerValues } from "../server_flags.ts";

/**
 * Returns the listener of `--web`.
 *
 * @throws `usage` for an invalid URL or origin.
 */
export async function openWeb(
  values: Pick<ServerValues, "web" | "web-origin" | "web-host">,
): Promise<OwnListener | undefined> {
  const { web, "web-origin": origins, "web-host": hosts } = values;
  if (web === undefined) return undefined;
  const { hostname: own } = parseWebUrl(web);
  for (const origin of origins) requireOrigin(origin);
  const { webListener } = await import("../../../web/web_listener.ts");
  return webListener(web, { origins, hosts: [...hosts, own] });
}

function requireOrigin(origin: string): void {
  if (URL.parse(origin)?.origin === origin) return;
  throw new FtError("usage", `not an origin: ${origin} (as in https://example.org)`, {
    name: "web-origin",
  });
}
