/**
 * The methods of WebDAV.
 *
 * @module
 */

import type { Answer, Route } from "../door/exchange.ts";
import type { Locate } from "../files/place.ts";
import { lockAnswer } from "./lock/lock.ts";
import { unlockAnswer } from "./lock/unlock.ts";
import { propfindAnswer } from "./propfind.ts";
import { proppatchAnswer } from "./proppatch.ts";
import { copyAnswer, moveAnswer } from "./transfer.ts";
import { siteRootAnswer } from "./site_root.ts";

/** The fields of answers to `OPTIONS` by which clients recognise WebDAV. */
export const DAV_FIELDS: Readonly<Record<string, string>> = {
  dav: "1, 2, 3",
  // Without it, Windows' web folders look for FrontPage extensions first.
  "ms-author-via": "DAV",
};

/** The methods of WebDAV on a tree of files, besides those of HTTP. */
export function davMethods(locate: Locate): Readonly<Record<string, Answer>> {
  return {
    PROPFIND: propfindAnswer(locate),
    PROPPATCH: proppatchAnswer(locate),
    COPY: copyAnswer(locate),
    MOVE: moveAnswer(locate),
    LOCK: lockAnswer(locate),
    UNLOCK: unlockAnswer(locate),
  };
}

/** The part of WebDAV on the folders above the files. */
export const DAV_ABOVE: Pick<Route, "methods" | "options"> = {
  methods: { PROPFIND: siteRootAnswer },
  options: DAV_FIELDS,
};
