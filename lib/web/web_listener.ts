/**
 * HTTP access to the files of a server.
 *
 * @module
 */

import type { OwnListener } from "../dialects/dialect.ts";
import type { WebOptions } from "./door/web_options.ts";

/**
 * Returns the listener for HTTP, to be given to a server. Its code is loaded when the server starts.
 *
 * @param url `http://HOST:PORT`, or `https://HOST:PORT` with the identity of the server.
 *
 * @example
 * ```ts
 * import { webListener } from "./web_listener.ts";
 *
 * const web = webListener("http://127.0.0.1:0", { origins: ["https://page.example"] });
 * await using dialect = await web.open(await Deno.makeTempDir());
 * if (dialect.name !== "web") throw new Error();
 * ```
 */
export function webListener(url: string, options: WebOptions = {}): OwnListener {
  return {
    url,
    open: async (state, records) =>
      (await import("./open_site.ts")).openSite(state, options, records),
  };
}
