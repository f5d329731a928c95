/**
 * The routes of files.
 *
 * @module
 */

import { DAV_FIELDS, davMethods } from "../dav/dav_methods.ts";
import { withLockedAnswer } from "../dav/lock/locked_answer.ts";
import type { Answer, Route } from "../door/exchange.ts";
import { archiveFormAnswer } from "../archive/archive_form.ts";
import { deleteAnswer, mkcolAnswer } from "./change.ts";
import { getAnswer } from "./get.ts";
import { locateFile, locateShared } from "./locate.ts";
import type { Locate } from "./place.ts";
import { putAnswer } from "./put.ts";

/** The methods of a tree of files. */
function methods(locate: Locate): Readonly<Record<string, Answer>> {
  const answers: Readonly<Record<string, Answer>> = {
    GET: getAnswer(locate),
    POST: archiveFormAnswer(locate),
    PUT: putAnswer(locate),
    DELETE: deleteAnswer(locate),
    MKCOL: mkcolAnswer(locate),
    ...davMethods(locate),
  };
  const wrapped = Object.entries(answers).map((
    [method, answer],
  ) => [method, withLockedAnswer(answer)]);
  return Object.fromEntries(wrapped);
}

/** All files, and those that a share link gives access to. */
export const FILES_ROUTES: readonly Route[] = [
  { path: "/files/", methods: methods(locateFile), options: DAV_FIELDS },
  { path: "/s/", methods: methods(locateShared), options: DAV_FIELDS },
];
