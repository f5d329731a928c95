/**
 * The parts of the site, put together.
 *
 * @module
 */

import type { Dialect, UploadRecords } from "../dialects/dialect.ts";
import type { Answer, Route } from "./door/exchange.ts";
import { Site } from "./door/site.ts";
import { webDialect } from "./door/web_dialect.ts";
import type { WebOptions } from "./door/web_options.ts";
import { DAV_ABOVE } from "./dav/dav_methods.ts";
import { chatRoutes } from "./chat/chat_routes.ts";
import { eventsAnswer } from "./events/events_answer.ts";
import { EventStreams } from "./events/event_streams.ts";
import { FILES_ROUTES } from "./files/files_routes.ts";
import { Uploads } from "./uploads/uploads.ts";
import { uploadsRoutes } from "./uploads/uploads_routes.ts";
import { LOGIN_ROUTES } from "./login/login_routes.ts";
import { OPERATOR_ROUTES } from "./operator/operator_routes.ts";
import { PAGE_ROUTES } from "./shell/page_files.ts";
import { SESSION_ROUTES } from "./shell/session_routes.ts";
import { SHARE_ROUTES } from "./shell/share_routes.ts";
import { VERSION_ROUTES } from "./shell/version_routes.ts";

/** The start of the site is the listing of its files. */
const toFiles: Answer = () =>
  Promise.resolve(new Response(null, { status: 302, headers: { location: "/files/" } }));

/** Every part of the site; the first one that has a path answers. */
const routes = (uploads: Uploads, streams: EventStreams): readonly Route[] => [
  ...FILES_ROUTES,
  ...uploadsRoutes(uploads),
  { path: "/events", methods: { GET: eventsAnswer(streams) } },
  ...chatRoutes(streams),
  ...LOGIN_ROUTES,
  ...PAGE_ROUTES,
  ...SESSION_ROUTES,
  ...SHARE_ROUTES,
  ...OPERATOR_ROUTES,
  ...VERSION_ROUTES,
  ...["/", "/files"].map((path) => ({
    path,
    methods: { GET: toFiles, ...DAV_ABOVE.methods },
    options: DAV_ABOVE.options,
  })),
];

/**
 * Creates the dialect of a site.
 *
 * @param state The folder of the server's own files.
 * @param records Records of uploads that other servers read and write. @default the server is alone
 */
export function openSite(
  state: string,
  options: WebOptions,
  records?: UploadRecords,
): Dialect & AsyncDisposable {
  const uploads = new Uploads(`${state}/uploads.sqlite`, records);
  const streams = new EventStreams();
  const site = new Site(routes(uploads, streams), options);
  return {
    ...webDialect(site),
    async [Symbol.asyncDispose]() {
      streams[Symbol.dispose]();
      site[Symbol.dispose]();
      await uploads[Symbol.asyncDispose]();
    },
  };
}
