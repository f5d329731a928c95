/**
 * The parts of the site, put together.
 *
 * @module
 */

import type { Dialect } from "../dialects/dialect.ts";
import type { Answer, Route } from "./door/exchange.ts";
import { Site } from "./door/site.ts";
import { webDialect } from "./door/web_dialect.ts";
import type { WebOptions } from "./door/web_options.ts";
import { DAV_ABOVE } from "./dav/dav_methods.ts";
import { FILES_ROUTES } from "./files/files_routes.ts";
import { LOGIN_ROUTES } from "./login/login_routes.ts";

/** The start of the site is the listing of its files. */
const toFiles: Answer = () =>
  Promise.resolve(new Response(null, { status: 302, headers: { location: "/files/" } }));

/** Every part of the site; the first one that has a path answers. */
const ROUTES: readonly Route[] = [
  ...FILES_ROUTES,
  ...LOGIN_ROUTES,
  ...["/", "/files"].map((path) => ({
    path,
    methods: { GET: toFiles, ...DAV_ABOVE.methods },
    options: DAV_ABOVE.options,
  })),
];

/** Creates the dialect of a site. */
export function openSite(options: WebOptions): Dialect & Disposable {
  return webDialect(new Site(ROUTES, options));
}
